import RoostRuntime

/// The page to try a room with: it opens a socket to the address that it came from.
enum ChatRoomPage {
    static var response: ObjectResponse {
        var response = ObjectResponse.text(html)
        response.headerFields[.contentType] = "text/html; charset=utf-8"
        return response
    }

    private static let html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Chat room</title>
        <style>
          body { font: 16px/1.5 system-ui; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
          #lines { border: 1px solid #bbb; border-radius: 6px; height: 20rem; overflow: auto; padding: .5rem }
          .came, .left, .refused { color: #777; font-style: italic }
          form { display: flex; gap: .5rem; margin-top: .5rem }
          input { flex: 1; font: inherit; padding: .3rem }
        </style>
        <h1>Chat room</h1>
        <div id="lines"></div>
        <form><input placeholder="Say something" autofocus><button>Say</button></form>
        <script>
          const name = prompt("What is your name?") || "Somebody";
          const lines = document.querySelector("#lines");
          const input = document.querySelector("input");
          const texts = {
            said: line => `${line.name}: ${line.text}`,
            came: line => `${line.name} is here.`,
            left: line => `${line.name} has left.`,
            refused: line => line.text,
          };
          let socket, wait = 500;
          function show(line) {
            const element = document.createElement("div");
            element.className = line.kind;
            // Text, never markup: whatever people call themselves and say.
            element.textContent = texts[line.kind](line);
            lines.append(element);
            lines.scrollTop = lines.scrollHeight;
          }
          function open() {
            const address = new URL(location.href);
            address.protocol = address.protocol.replace("http", "ws");
            address.hash = "";
            address.search = "?name=" + encodeURIComponent(name);
            socket = new WebSocket(address);
            // The room says again what was said last.
            socket.onopen = () => { wait = 500; lines.replaceChildren(); };
            socket.onmessage = event => { if (event.data !== "pong") show(JSON.parse(event.data)); };
            socket.onclose = () => { setTimeout(open, wait); wait = Math.min(wait * 2, 10000); };
          }
          setInterval(() => { if (socket.readyState === WebSocket.OPEN) socket.send("ping"); }, 20000);
          document.querySelector("form").onsubmit = event => {
            event.preventDefault();
            if (!input.value || socket.readyState !== WebSocket.OPEN) return;
            socket.send(input.value);
            input.value = "";
          };
          open();
        </script>
        </html>

        """
}
