"use strict";
// @xapi/cmi5: an assignable unit launched by a learning management system (played here), from initialized to
// terminated, and the xAPI client it carries.
require("./browser.cjs");
const assert = require("node:assert/strict");
const { createServer } = require("node:http");
const { join } = require("node:path");
const XAPI = require("@xapi/xapi");
const { served, run, activity, finish } = require("./served.cjs");
const { workThrough } = require("./work.cjs");

// The package names no entry for Node, only files for browsers.
const Cmi5 = require(join(__dirname, "node_modules/@xapi/cmi5/dist/Cmi5.umd.js"));

const learner = { objectType: "Agent", account: { homePage: "https://lms.example.org", name: run } };
const registration = run;
const sessionId = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";

function playSystem() {
    const token = Buffer.from(`${served.key}:${served.secret}`).toString("base64");
    const system = createServer((request, response) => {
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify({ "auth-token": token }));
    });
    return new Promise((resolve) => system.listen(0, "127.0.0.1", () => resolve(system)));
}

async function prepareLaunch() {
    const lms = new XAPI({ endpoint: served.endpoint, auth: XAPI.toBasicAuth(served.key, served.secret) });
    await lms.setState({
        agent: learner,
        activityId: activity.id,
        registration,
        stateId: "LMS.LaunchData",
        state: {
            contextTemplate: { extensions: { [sessionId]: run } },
            launchMode: "Normal",
            masteryScore: 0.8,
            moveOn: "CompletedAndPassed",
        },
    });
    return lms;
}

async function main() {
    const system = await playSystem();
    const lms = await prepareLaunch();
    const unit = new Cmi5({
        fetch: `http://127.0.0.1:${system.address().port}/token`,
        endpoint: served.endpoint,
        actor: learner,
        registration,
        activityId: activity.id,
    });
    await unit.initialize();
    await unit.progress(50);
    await unit.interactionTrueFalse("quiz", "q1", true, true);
    await unit.pass(0.9);
    await unit.complete();
    await unit.terminate();
    system.close();
    const { data } = await lms.getStatements({ registration, ascending: true });
    const session = data.statements.map((found) => found.verb.id.split("/").pop());
    assert.equal(data.statements[0].context.extensions[sessionId], run);
    // The same client goes on with plain xAPI, at an activity of its own.
    const seen = await workThroughElsewhere(unit.xapi);
    finish({ ...seen, session });
}

function workThroughElsewhere(xapi) {
    activity.id += "/further";
    return workThrough(xapi);
}

main();
