// The server renders and escapes; this only puts its latest fragment in place.
const overview = document.getElementById("overview");
const connection = document.getElementById("connection");
const source = new EventSource("/events");
source.addEventListener("overview", (event) => {
  overview.innerHTML = event.data;
  connection.textContent = "live";
  connection.className = "";
});
source.addEventListener("error", () => {
  connection.textContent = "connection lost – trying again";
  connection.className = "lost";
});
