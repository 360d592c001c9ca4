"use strict";
// The part of a browser that the packages of @xapi ask for, XMLHttpRequest, here on top of Node's own fetch.
class XMLHttpRequest {
    headers = {};
    status = 0;
    responseText = "";
    onloadend = null;
    onerror = null;

    open(method, url) {
        Object.assign(this, { method, url });
    }

    setRequestHeader(name, value) {
        this.headers[name] = value;
    }

    getAllResponseHeaders() {
        return [...this.answered].map(([name, value]) => `${name}: ${value}`).join("\r\n");
    }

    async send(body) {
        try {
            const answer = await fetch(this.url, { method: this.method, headers: this.headers, body });
            this.answered = answer.headers;
            this.status = answer.status;
            this.statusText = answer.statusText;
            this.response = this.responseText = await answer.text();
            this.onloadend();
        } catch (error) {
            this.onerror(error);
        }
    }

    abort() {}
}

globalThis.XMLHttpRequest = XMLHttpRequest;
