"use strict";
// tincanjs, which speaks 1.0.2.
const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");
const TinCan = require("tincanjs");
const { served, actor, activity, statement, attached, sha256, finish } = require("./served.cjs");

const lrs = new TinCan.LRS({
    endpoint: served.endpoint, username: served.key, password: served.secret, allowFail: false,
});

// Its methods take a callback among the settings, which come last.
function ask(method, given = [], settings = {}) {
    return new Promise((resolve, reject) => {
        const callback = (error, result) => {
            const said = result && result.responseText;
            return error === null ? resolve(result) : reject(new Error(`${method}: ${error} ${said}`));
        };
        lrs[method](...given, { ...settings, callback });
    });
}

async function write() {
    const one = new TinCan.Statement(statement({ id: randomUUID() }));
    await ask("saveStatement", [one]);
    const five = [1, 2, 3, 4, 5].map((n) => new TinCan.Statement(statement({ result: { score: { raw: n } } })));
    await ask("saveStatements", [five]);
    return [one.id, ...five.map((sent) => sent.id)];
}

async function page() {
    const ids = [];
    const params = { activity: new TinCan.Activity(activity), limit: 2, ascending: true };
    let found = await ask("queryStatements", [], { params });
    for (let pages = 1; ; pages++) {
        ids.push(...found.statements.map((one) => one.id));
        if (!found.more) return { ids, pages };
        found = await ask("moreStatements", [], { url: found.more });
    }
}

async function voidOne(id) {
    const voiding = new TinCan.Statement({
        actor,
        verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
        object: { objectType: "StatementRef", id },
    });
    await ask("saveStatement", [voiding]);
    await assert.rejects(ask("retrieveStatement", [id]), /404/);
    assert.equal((await ask("retrieveVoidedStatement", [id])).id, id);
}

async function attach() {
    const sent = new TinCan.Statement(statement({
        id: randomUUID(),
        object: { ...activity, id: `${activity.id}/notes` },
        attachments: [{
            usageType: "http://id.tincanapi.com/attachment/supporting_media",
            display: { "en-US": "notes" },
            contentType: "text/plain; charset=utf-8",
            content: attached,
        }],
    }));
    await ask("saveStatement", [sent]);
    const found = await ask("retrieveStatement", [sent.id], { params: { attachments: true } });
    assert.equal(found.attachments[0].getContentAsString(), attached);
    return found.attachments[0].sha2;
}

async function keepState() {
    const place = { agent: new TinCan.Agent(actor), activity: new TinCan.Activity(activity) };
    const before = await ask("retrieveState", ["bookmark"], place);
    assert.equal(before, null);
    await ask("saveState", ["bookmark", { page: 7 }], { ...place, contentType: "application/json" });
    const kept = await ask("retrieveState", ["bookmark"], place);
    assert.deepEqual(kept.contents, { page: 7 });
    await ask("dropState", ["bookmark"], place);
    assert.equal(await ask("retrieveState", ["bookmark"], place), null);
}

async function main() {
    const about = await ask("about");
    const written = await write();
    assert.equal((await ask("retrieveStatement", [written[0]])).actor.name, "Zoë");
    const paged = await page();
    assert.deepEqual(paged.ids, written);
    assert.equal(paged.pages, 3);
    await voidOne(written[5]);
    const sha2 = await attach();
    assert.equal(sha2, sha256(attached));
    await keepState();
    finish({ written, voided: written[5], sha2, about: about.version });
}

main();
