// JSON-RPC 2.0 with Content-Length framing over stdio. stdout carries the protocol and nothing else.

const separator = Buffer.from('\r\n\r\n');

const plain = (error) => ({ code: -32000, message: String(error?.message ?? error) });

/**
 * Serves `methods` (name → async function of params) until stdin ends, and then exits at once: nothing queued is drained.
 * Gives a function that tells the other side something unasked. `describe` makes the error object of a reply out of what a method threw, `clean` takes secrets out of what libraries print.
 */
export function serve(methods, { describe = plain, clean = (text) => text } = {}) {
  // Whatever a library prints must not end up between two frames.
  console.log = console.info = console.warn = console.debug = console.error =
    (...words) => process.stderr.write(clean(words.map(String).join(' ')) + '\n');

  let pending = Buffer.alloc(0);
  process.stdin.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (let frame = takeFrame(); frame !== null; frame = takeFrame()) void answer(JSON.parse(frame));
  });
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  return (method, params) => send({ method, params });

  function takeFrame() {
    const headerEnd = pending.indexOf(separator);
    if (headerEnd < 0) return null;
    const match = /Content-Length: *(\d+)/i.exec(pending.toString('latin1', 0, headerEnd));
    if (match === null) throw new Error('frame without Content-Length');
    const start = headerEnd + separator.length;
    const end = start + Number(match[1]);
    if (pending.length < end) return null;
    const frame = pending.toString('utf8', start, end);
    pending = pending.subarray(end);
    return frame;
  }

  async function answer({ id, method, params }) {
    try {
      const handler = methods[method];
      if (handler === undefined) return send({ id, error: { code: -32601, message: `unknown method ${method}` } });
      send({ id, result: (await handler(params ?? {})) ?? null });
    } catch (error) {
      send({ id, error: describe(error) });
    }
  }

  function send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }), 'utf8');
    process.stdout.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]));
  }
}
