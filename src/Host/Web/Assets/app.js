// The server renders and escapes. This puts its latest fragments in place, keeps the focus where it was, and switches the theme.
const connection = document.getElementById("connection");
const page = document.body.dataset.page;

function replaceChanged(fresh, old) {
  if (!old || old.innerHTML === fresh.innerHTML) return;
  const source = (element) => element.querySelector("[data-src]")?.dataset.src;
  if ("redraw" in old.dataset && source(old) === source(fresh)) return; // a drawn chart differs from an empty one: its address decides
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...old.querySelectorAll("details[id][open]")].map((details) => details.id);
  old.innerHTML = fresh.innerHTML;
  htmx.process(old);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function show(markup) {
  const fresh = new DOMParser().parseFromString(markup, "text/html");
  fresh.querySelectorAll("[data-live]").forEach((part) => replaceChanged(part, document.getElementById(part.id)));
  window.charts.refresh();
}

function listen() {
  // A page of one past decision does not change.
  if (!page || location.pathname.startsWith("/audit/")) return connection?.remove();
  const events = new EventSource(`/live/${page}`);
  events.addEventListener("page", (event) => {
    show(event.data);
    connection.hidden = false;
    connection.textContent = "live";
    connection.className = "";
  });
  events.addEventListener("error", () => {
    connection.hidden = false;
    connection.textContent = "connection lost, trying again";
    connection.className = "lost";
  });
  // Browsers open six connections to one host: those of pages left behind must not use them up.
  window.addEventListener("pagehide", () => events.close());
}

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

document.getElementById("theme")?.addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
  window.charts.redraw();
});

document.body.addEventListener("htmx:responseError", (event) => {
  const notice = document.getElementById("notice");
  notice.textContent = "";
  const text = document.createElement("p");
  text.className = "notice bad";
  text.setAttribute("role", "alert");
  text.textContent = event.detail.xhr.status === 401 ? "Your session has ended; sign in again." : `The service refused: ${event.detail.xhr.status}.`;
  notice.append(text);
});

window.charts.draw();
listen();
