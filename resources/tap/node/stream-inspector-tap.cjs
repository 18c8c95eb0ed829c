/*
 * Tells Stream Inspector of the starts and ends of the traces and spans of an @openai/agents program, as they happen.
 *
 * Loaded before the program by NODE_OPTIONS=--require, set by STREAM_INSPECTOR_TAP=http://127.0.0.1:PORT; without that
 * address nothing is done. What goes wrong in here is kept from the program: it is never stopped, slowed down, kept
 * alive or printed into. Events are posted from a worker thread, which works on while the program is busy, and which
 * the end of the program waits for a moment if somebody listens. Needs Node alone. The SDK keeps its trace provider on
 * the global object, below a symbol that its ES modules and its CommonJS modules share: there it is waited for.
 */
"use strict";

const { isMainThread, parentPort, threadId, workerData, Worker } = require("node:worker_threads");

const VARIABLE = "STREAM_INSPECTOR_TAP";
const PATH = "/v1/traces/tap";
const PROVIDER = Symbol.for("openai.agents.core.traceProvider");
const MOST_WAITING = 5000;
const MOST_IN_ONE_POST = 200;
const MOST_CHARACTERS = 1000000;
const LONGEST_TEXT = 50000;
const ANSWER_WITHIN_MS = 5000;
const PAUSES_MS = [100, 300, 1000, 2000, 5000];
const GOODBYE_MS = 1000;
/* What both threads know: how many events are done with, and whether somebody listens. */
const DONE = 0;
const HEARD = 1;

function quietly(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/* The program's side: takes events, and hands them to the thread. */
class Sender {
  constructor(address) {
    this.address = address;
    this.shared = new Int32Array(new SharedArrayBuffer(8));
    this.shared[HEARD] = 1;
    this.put_ = 0;
    this.worker = null;
    this.saidGoodbye = false;
    process.on("exit", () => quietly(() => this.atExit()));
  }

  tell(word, item) {
    quietly(() => {
      const exported = item === undefined ? undefined : item.toJSON();
      if (exported !== null) {
        this.put({ is: word, t: Math.round(performance.now() * 10) / 10, item: exported });
      }
    });
  }

  put(event) {
    const text = encoded(event);
    this.worker ??= this.begin();
    this.saidGoodbye = event.is === "shutdown";
    this.worker.postMessage(text);
    this.put_ += 1;
  }

  begin() {
    const { NODE_OPTIONS, ...environment } = process.env;
    const app = `${process.pid}-${threadId}-${Date.now().toString(36)}`;
    const worker = new Worker(__filename, {
      env: environment,
      execArgv: [],
      name: "stream-inspector-tap",
      workerData: { streamInspectorTap: { address: this.address, app, shared: this.shared } },
    });
    worker.on("error", () => {});
    worker.unref();
    return worker;
  }

  goodbye() {
    if (this.worker !== null && !this.saidGoodbye) {
      this.tell("shutdown");
    }
  }

  /* No timer and no socket of ours runs any more on this thread: wait for the other one. */
  atExit() {
    this.goodbye();
    const until = performance.now() + GOODBYE_MS;
    while (this.worker !== null && Atomics.load(this.shared, HEARD) === 1 && performance.now() < until) {
      const done = Atomics.load(this.shared, DONE);
      if (done >= this.put_) {
        return;
      }
      Atomics.wait(this.shared, DONE, done, 20);
    }
  }
}

function encoded(event) {
  const text = JSON.stringify(event, plain);
  if (text.length <= MOST_CHARACTERS) {
    return text;
  }
  for (let longest = LONGEST_TEXT; longest > 100; longest = Math.floor(longest / 10)) {
    const shorter = JSON.stringify(event, (key, value) => cut(plain(key, value), longest));
    if (shorter.length <= MOST_CHARACTERS || longest <= 500) {
      return shorter;
    }
  }
  return text;
}

function plain(_key, value) {
  return typeof value === "bigint" ? String(value) : value;
}

function cut(value, longest) {
  if (typeof value === "string" && value.length > longest) {
    return `${value.slice(0, longest)}… (${value.length} characters)`;
  }
  return Array.isArray(value) && value.length > longest ? value.slice(0, longest) : value;
}

/* A tracing processor of the SDK. */
class Tap {
  constructor(sender) {
    this.sender = sender;
    this.replaced = false;
  }

  async onTraceStart(trace) {
    this.sender.tell("trace_start", trace);
  }

  async onTraceEnd(trace) {
    this.sender.tell("trace_end", trace);
  }

  async onSpanStart(span) {
    this.sender.tell("span_start", span);
  }

  async onSpanEnd(span) {
    this.sender.tell("span_end", span);
  }

  async shutdown() {
    if (!this.replaced) {
      quietly(() => this.sender.goodbye());
    }
  }

  async forceFlush() {}
}

/* Add the tap to a provider, and keep it there whichever processors are set later. */
function connect(provider, address) {
  const tap = new Tap(new Sender(address));
  const choose = provider.setProcessors;
  provider.registerProcessor(tap);
  provider.setProcessors = function setProcessors(processors) {
    tap.replaced = true;
    try {
      return choose.call(provider, [...processors, tap]);
    } finally {
      tap.replaced = false;
    }
  };
}

function waitForProvider(address) {
  let provider = globalThis[PROVIDER];
  Object.defineProperty(globalThis, PROVIDER, {
    configurable: true,
    enumerable: false,
    get: () => provider,
    set: (given) => {
      if (given && given !== provider) {
        quietly(() => connect(given, address));
      }
      provider = given;
    },
  });
}

/* The thread's side: posts what comes, one batch at a time. */
function serve({ address, app, shared }) {
  const target = new URL(address.includes("//") ? address : `http://${address}`);
  const base = target.pathname.replace(/\/+$/, "").replace(/\/v1(\/traces\/tap)?$/, "");
  const web = require(target.protocol === "https:" ? "node:https" : "node:http");
  const agent = new web.Agent({ keepAlive: true, maxSockets: 1 });
  const options = { agent, hostname: target.hostname, port: target.port, method: "POST", path: base + PATH };
  const headers = { "content-type": "application/json", "user-agent": "stream-inspector-tap/node" };
  const waiting = [];
  let failed = 0;
  let busy = false;
  let life = null;

  /* Hold a request open that nobody reads: it ends when the process does, however that happens. */
  function hold() {
    if (life !== null) {
      return;
    }
    const held = web.request({ ...options, agent: false, method: "GET", headers: { "x-stream-inspector-app": app } });
    const ended = () => {
      if (life === held) {
        life = null;
      }
    };
    held.on("response", (answer) => answer.resume().on("close", ended));
    held.on("error", ended);
    held.end();
    life = held;
  }

  function done(count, heard) {
    Atomics.store(shared, HEARD, heard ? 1 : 0);
    Atomics.add(shared, DONE, count);
    Atomics.notify(shared, DONE);
  }

  function send(batch, then) {
    const body = Buffer.from(`{"data":[${batch.join(",")}]}`);
    let told = false;
    const tell = (arrived) => {
      if (!told) {
        told = true;
        then(arrived);
      }
    };
    const request = web.request({
      ...options,
      timeout: ANSWER_WITHIN_MS,
      headers: { ...headers, "x-stream-inspector-app": app, "content-length": body.length },
    });
    request.on("response", (answer) => {
      answer.resume();
      answer.on("end", () => tell(answer.statusCode < 500));
      answer.on("error", () => tell(false));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => tell(false));
    request.on("close", () => tell(false));
    request.end(body);
  }

  function next() {
    if (busy || waiting.length === 0) {
      return;
    }
    busy = true;
    const batch = [];
    for (let size = 0; waiting.length > 0 && batch.length < MOST_IN_ONE_POST && size < MOST_CHARACTERS; ) {
      batch.push(waiting.shift());
      size += batch[batch.length - 1].length;
    }
    send(batch, (arrived) => {
      busy = false;
      done(arrived ? batch.length : 0, arrived);
      if (arrived) {
        failed = 0;
        hold();
        next();
        return;
      }
      waiting.unshift(...batch);
      setTimeout(next, PAUSES_MS[Math.min(failed, PAUSES_MS.length - 1)]);
      failed += 1;
    });
  }

  parentPort.on("message", (text) => {
    if (waiting.length >= MOST_WAITING) {
      waiting.shift();
      done(1, false);
    }
    waiting.push(text);
    if (failed === 0) {
      next();
    }
  });
}

if (!isMainThread && workerData && workerData.streamInspectorTap) {
  serve(workerData.streamInspectorTap);
} else if (process.env[VARIABLE]) {
  quietly(() => waitForProvider(process.env[VARIABLE]));
}
