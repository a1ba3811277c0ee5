"""The measure of sockets: uvicorn's WebSocket with nothing behind it but an echo and a crowd."""

CROWD = []


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/crowd":
        CROWD.append(send)
    while (said := await receive())["type"] == "websocket.receive":
        told = {"type": "websocket.send", "bytes": said["bytes"]}
        for each in CROWD if scope["path"] == "/speak" else [send]:
            await each(told)
    if send in CROWD:
        CROWD.remove(send)
