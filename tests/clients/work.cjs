"use strict";
// The work that both @xapi/xapi and the one inside @xapi/cmi5 must do: they have the same methods.
const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");
const { actor, activity, statement, attached, sha256, refused } = require("./served.cjs");

async function write(xapi) {
    const id = randomUUID();
    const one = await xapi.sendStatement({ statement: statement({ id }) });
    assert.deepEqual(one.data, [id]);
    const five = await xapi.sendStatements({
        statements: [1, 2, 3, 4, 5].map((n) => statement({ result: { score: { raw: n } } })),
    });
    assert.equal(new Set(five.data).size, 5);
    return [id, ...five.data];
}

async function read(xapi, id) {
    const { data } = await xapi.getStatement({ statementId: id });
    assert.equal(data.id, id);
    assert.equal(data.actor.name, "Zoë");
    assert.ok(data.stored && data.authority);
}

async function page(xapi) {
    const ids = [];
    let { data } = await xapi.getStatements({ activity: activity.id, limit: 2, ascending: true });
    for (let pages = 1; ; pages++) {
        ids.push(...data.statements.map((found) => found.id));
        if (!data.more) return { ids, pages };
        ({ data } = await xapi.getMoreStatements({ more: data.more }));
    }
}

async function voidOne(xapi, id) {
    await xapi.voidStatement({ actor, statementId: id });
    await refused(xapi.getStatement({ statementId: id }));
    const { data } = await xapi.getVoidedStatement({ voidedStatementId: id });
    assert.equal(data.id, id);
}

async function attach(xapi) {
    const sha2 = sha256(attached);
    const declared = {
        usageType: "http://id.tincanapi.com/attachment/supporting_media",
        display: { "en-US": "notes" },
        contentType: "text/plain; charset=utf-8",
        length: Buffer.byteLength(attached),
        sha2,
    };
    const sent = await xapi.sendStatement({
        statement: statement({ object: { ...activity, id: `${activity.id}/notes` }, attachments: [declared] }),
        attachments: [new Blob([attached])],
    });
    const { data } = await xapi.getStatement({ statementId: sent.data[0], attachments: true });
    assert.equal(data[0].attachments[0].sha2, sha2);
    assert.equal(data[1], attached.trim()); // the client trims what it shows
    return sha2;
}

async function keepState(xapi) {
    const place = { agent: actor, activityId: activity.id, registration: randomUUID() };
    const stateId = "bookmark";
    await xapi.setState({ ...place, stateId, state: { page: 7 } });
    const first = await xapi.getState({ ...place, stateId });
    assert.deepEqual(first.data, { page: 7 });
    await xapi.createState({
        ...place, stateId, state: { mood: "bright" }, etag: first.headers.etag, matchHeader: "If-Match",
    });
    const second = await xapi.getState({ ...place, stateId });
    assert.deepEqual(second.data, { page: 7, mood: "bright" });
    await refused(xapi.setState({
        ...place, stateId, state: {}, etag: first.headers.etag, matchHeader: "If-Match",
    }));
    assert.deepEqual((await xapi.getStates(place)).data, [stateId]);
    await xapi.deleteState({ ...place, stateId, etag: second.headers.etag });
    assert.deepEqual((await xapi.getStates(place)).data, []);
}

async function keepProfile(xapi) {
    const profileId = "preferences";
    await xapi.setAgentProfile({
        agent: actor, profileId, profile: { sound: "off" }, etag: "*", matchHeader: "If-None-Match",
    });
    assert.deepEqual((await xapi.getAgentProfile({ agent: actor, profileId })).data, { sound: "off" });
    const person = (await xapi.getAgent({ agent: actor })).data;
    assert.deepEqual(person.mbox, [actor.mbox]);
}

async function workThrough(xapi) {
    const written = await write(xapi);
    await read(xapi, written[0]);
    const paged = await page(xapi);
    assert.deepEqual(paged.ids, written);
    assert.equal(paged.pages, 3);
    await voidOne(xapi, written[5]);
    const sha2 = await attach(xapi);
    await keepState(xapi);
    await keepProfile(xapi);
    return { written, voided: written[5], sha2 };
}

module.exports = { workThrough };
