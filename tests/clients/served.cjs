"use strict";
// What every client is asked to do against a served record store: the setting and the words of one run.
// Called as `node client.cjs '{"endpoint": …, "key": …, "secret": …}'`; prints one JSON object: what it saw.
const assert = require("node:assert/strict");
const { createHash, randomUUID } = require("node:crypto");

const served = JSON.parse(process.argv[2]);
const run = randomUUID();

const actor = { objectType: "Agent", name: "Zoë", mbox: `mailto:zoe-${run}@example.org` };
const activity = { objectType: "Activity", id: `https://example.org/courses/${run}` };
const verb = { id: "http://adlnet.gov/expapi/verbs/experienced", display: { "en-US": "experienced" } };
const attached = "Größe: 42 €\n";

function statement(more) {
    return { actor, verb, object: activity, ...more };
}

function sha256(text) {
    return createHash("sha256").update(text).digest("hex");
}

function finish(seen) {
    console.log(JSON.stringify({ activity: activity.id, ...seen }));
}

async function refused(promise) {
    let answer;
    try {
        answer = await promise;
    } catch {
        return;
    }
    assert.fail(`this should have been refused: ${JSON.stringify(answer)}`);
}

process.on("unhandledRejection", (error) => {
    console.error(error);
    process.exit(1);
});

module.exports = { served, run, actor, activity, verb, attached, statement, sha256, finish, refused };
