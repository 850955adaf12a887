// What a page may try with a server of another origin. Each attempt tells what it got; "" is nothing.
const LONGEST_MS = 30000;
let frames = 0;

function payload(target) {
  if (target.json) {
    return target.json;
  }
  const form = new FormData();
  form.append("jarfile", jar());
  return form;
}

function jar() {
  return new File(["PK"], "evil.jar", {type: "application/x-java-archive"});
}

async function answer(request) {
  return request.then(async response => response.status + " " + await response.text(), () => "");
}

function element(tag, properties) {
  return document.body.appendChild(Object.assign(document.createElement(tag), properties));
}

function loads(tag, source) {
  return new Promise(done =>
      element(tag, {onload: () => done("loaded"), onerror: () => done(""), src: source}));
}

function inside(frame) {
  return new Promise(done => frame.onload = () => {
    try {
      done(frame.contentDocument ? frame.contentDocument.body.innerText : "");
    } catch (refused) {
      done("");
    }
  });
}

const ATTEMPTS = {
  read: target => answer(fetch(target.base + target.read)),
  write: target => answer(fetch(target.base + target.write, {method: "POST", body: payload(target)})),
  change: target => answer(fetch(target.base + target.write, {method: "PATCH"})),
  blindWrite: target =>
      answer(fetch(target.base + target.write, {method: "POST", mode: "no-cors", body: payload(target)}))
          .then(got => got.replace(/^0 $/, "")),
  form: target => {
    const frame = element("iframe", {name: "frame" + frames++});
    const form = element("form", {method: "POST", action: target.base + target.write, target: frame.name});
    if (target.json) {
      const [name, value] = [target.json.replace(/}$/, ', "x": "'), '"}'];
      form.enctype = "text/plain";
      form.appendChild(Object.assign(document.createElement("input"), {name, value}));
    } else {
      const files = new DataTransfer();
      files.items.add(jar());
      form.enctype = "multipart/form-data";
      form.appendChild(Object.assign(document.createElement("input"), {type: "file", name: "jarfile", files: files.files}));
    }
    const seen = inside(frame);
    form.submit();
    return seen;
  },
  frame: target => {
    const frame = element("iframe", {});
    const seen = inside(frame);
    frame.src = target.base + target.read;
    return seen;
  },
  image: target => target.image ? loads("img", target.base + target.image) : "",
  script: target => target.script ? loads("script", target.base + target.script) : "",
  socket: target => new Promise(done => {
    const socket = new WebSocket(target.base.replace(/^http/, "ws") + target.read);
    socket.onopen = () => done("open");
    socket.onerror = () => done("");
  }),
};

async function tried(targets) {
  const found = {};
  for (const target of targets) {
    await Promise.all(Object.entries(ATTEMPTS).map(async ([name, attempt]) => {
      const late = new Promise(done => setTimeout(() => done("no end"), LONGEST_MS));
      found[name + " " + target.base] = await Promise.race([attempt(target), late]);
    }));
  }
  return found;
}
