"use strict";
// @xapi/xapi, with both of its ways to send, as in a browser: on Node's own HTTP its axios replaces the type of a
// multipart body by application/octet-stream, so that no store can take an attachment.
require("./browser.cjs");
const XAPI = require("@xapi/xapi");
const { served, finish } = require("./served.cjs");
const { workThrough } = require("./work.cjs");

async function main() {
    const xapi = new XAPI({
        endpoint: served.endpoint,
        auth: XAPI.toBasicAuth(served.key, served.secret),
        version: served.version,
        adapter: served.adapter,
    });
    const about = await xapi.getAbout();
    finish({ ...(await workThrough(xapi)), about: about.data.version });
}

main();
