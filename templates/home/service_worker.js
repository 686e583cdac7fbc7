// Without a network a phone shows one page of ours (P23). That page and the files that it needs are all that is kept:
// no page of anybody, no answer to anybody. The name changes with what is kept, and what is older goes.
"use strict";

const NAME = {{ name|tojson }};
const PAGE = {{ page|tojson }};
const FILES = {{ files|tojson }};

const fill = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll([new Request(PAGE, { credentials: "omit", cache: "reload" }), ...FILES]);
  await skipWaiting();
};

const tidy = async () => {
  const old = (await caches.keys()).filter((name) => name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
};

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search } = new URL(request.url);
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (FILES.includes(pathname + search)) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
});
