"use strict";
// Files as a test has them, in base64, and as the SDK takes and gives them.

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function textOf(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

// What `addMedia` and `sendMessage` take: a browser's form where the test says so.
function given({ content, type, name, form }) {
  const bytes = bytesOf(content);
  if (!form) {
    const media = typeof Buffer === "function" ? Buffer.from(bytes) : new Blob([bytes], { type });
    return { contentType: type, filename: name, media };
  }
  const data = new FormData();
  data.append("file", new Blob([bytes], { type }), name);
  return data;
}

// What a link leads to, asked for as an app does, with no header; of the server, not of what a
// browser has kept.
async function fetched(url) {
  const answer = await fetch(url, { cache: "no-store" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    content: answer.ok ? textOf(bytes) : null,
  };
}

module.exports = { given, fetched };
