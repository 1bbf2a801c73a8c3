// Renews the screen "Hôm nay", sends recordings in parts, and records with the microphone. Every screen works without this script too.
(function () {
  "use strict";
  if (!window.fetch || !window.AbortController) { return; }
  function byId(id) { return document.getElementById(id); }

  // "Hôm nay": renewed part by part. A part that a person has in focus changes only if it says something else, and keeps
  // the focus.
  function renew(main, text) {
    var next = document.createElement("div");
    next.innerHTML = text;
    Array.prototype.forEach.call(main.querySelectorAll("[data-part]"), function (part) {
      var other = next.querySelector('[data-part="' + part.dataset.part + '"]');
      if (!other || other.innerHTML === part.innerHTML) { return; }
      var focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      part.innerHTML = other.innerHTML;
      var again = focused && part.querySelector('a[href="' + focused + '"]');
      if (again) { again.focus(); }
    });
  }

  function ask(main, lost) {
    var abort = new AbortController();
    var timer = setTimeout(function () { abort.abort(); }, 3000);
    fetch("/hom-nay", { cache: "no-store", credentials: "same-origin", signal: abort.signal })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(function (text) { renew(main, text); lost.hidden = true; }, function () { lost.hidden = false; })
      .then(function () {
        clearTimeout(timer);
        setTimeout(function () { ask(main, lost); }, document.hidden ? 15000 : 2000);
      });
  }

  // "Thêm tin": a recording is sent in parts. After a break the station says how much it has, and the sending goes on
  // from there, also when the same file is chosen again later.
  var PART = 256 * 1024;
  var RETRY_MS = 2000;

  function storage(key, value) {
    try {
      if (value === undefined) { return window.localStorage.getItem(key); }
      window.localStorage.setItem(key, value);
    } catch (e) { /* the browser keeps nothing */ }
    return null;
  }

  function json(answer) {
    if (answer.ok || answer.status === 409) { return answer.json(); }
    return answer.text().then(function (text) {
      var error = new Error("refused");
      var page = document.createElement("div");
      page.innerHTML = text;
      var sentence = page.querySelector("[data-loi]");
      error.sentence = sentence ? sentence.textContent : String(answer.status);
      throw error;
    });
  }

  function post(path, body) {
    return fetch(path, { method: "POST", body: body, credentials: "same-origin", cache: "no-store" }).then(json);
  }

  function begin(file) {
    var memory = "loa-tin:" + file.name + ":" + file.size + ":" + file.lastModified;
    function anew() {
      return post("/tai-len?ten=" + encodeURIComponent(file.name) + "&dai=" + file.size).then(function (said) {
        storage(memory, said.tin);
        return said;
      });
    }
    var known = storage(memory);
    if (!known) { return anew(); }
    return fetch("/tai-len/" + known, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      return answer.ok ? answer.json() : anew();
    });
  }

  function send(file, show, isCut, refused, done) {
    var key = null;
    function again(error) {
      if (error && error.sentence) { refused(error.sentence); return; }
      isCut(true);
      setTimeout(key ? look : start, RETRY_MS);
    }
    function go(said) {
      key = said.tin;
      isCut(false);
      show(said["da-nhan"]);
      if (said["da-nhan"] >= file.size) { done(key); return; }
      var from = said["da-nhan"];
      post("/tai-len/" + key + "?tu=" + from, file.slice(from, from + PART)).then(go, again);
    }
    function look() {
      fetch("/tai-len/" + key, { credentials: "same-origin", cache: "no-store" }).then(json).then(go, again);
    }
    function start() { begin(file).then(go, again); }
    start();
  }

  // One recording is sent at a time.
  function setBusy(isBusy) {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-gui]"), function (form) {
      form.dataset.gui = isBusy ? "dang" : "";
      form.querySelector("button").disabled = isBusy;
    });
  }

  function sendFile(file) {
    setBusy(true);
    byId("dang-gui").hidden = false;
    byId("gui-loi").hidden = true;
    byId("dang-gui").scrollIntoView();
    send(file, function (bytes) {
      var perCent = file.size ? Math.floor(bytes * 100 / file.size) : 100;
      byId("gui-phan").textContent = String(perCent);
      byId("gui-thanh").value = perCent;
    }, function (cut) {
      byId("gui-cat").hidden = !cut;
    }, function (sentence) {
      byId("gui-loi").textContent = sentence;
      byId("gui-loi").hidden = false;
      byId("gui-cat").hidden = true;
      setBusy(false);
    }, function (key) {
      window.location.href = "/them-tin/" + key;
    });
  }

  function watchForm(form) {
    var input = form.querySelector("input[type=file]");
    function submit(event) {
      var file = input.files && input.files[0];
      if (!file) { return; }
      event.preventDefault();
      if (form.dataset.gui !== "dang") { sendFile(file); }
    }
    form.addEventListener("submit", submit);
    // A chosen file is sent at once: one tap less.
    input.addEventListener("change", submit);
  }

  // Records with the microphone where the browser allows it: on the station's computer, and over TLS. The sound is kept
  // as it comes, 16 bits a sample, and sent as a WAV file.
  var MAX_RECORDING_S = 1800;

  function wavHeader(frames, rate) {
    var header = new DataView(new ArrayBuffer(44));
    function word(at, text) {
      for (var i = 0; i < 4; i += 1) { header.setUint8(at + i, text.charCodeAt(i)); }
    }
    word(0, "RIFF"); header.setUint32(4, 36 + frames * 2, true); word(8, "WAVE"); word(12, "fmt ");
    header.setUint32(16, 16, true); header.setUint16(20, 1, true); header.setUint16(22, 1, true);
    header.setUint32(24, rate, true); header.setUint32(28, rate * 2, true);
    header.setUint16(32, 2, true); header.setUint16(34, 16, true);
    word(36, "data"); header.setUint32(40, frames * 2, true);
    return header;
  }

  function record(stream, context, clock, stop) {
    var node = new AudioWorkletNode(context, "recorder");
    var parts = [];
    var frames = 0;
    function end() {
      if (!node) { return; }
      node.disconnect();
      node = null;
      stream.getTracks().forEach(function (track) { track.stop(); });
      var rate = context.sampleRate;
      context.close();
      var name = "ghi-am-" + new Date().toTimeString().slice(0, 5).replace(":", "-") + ".wav";
      sendFile(new File([wavHeader(frames, rate)].concat(parts), name));
    }
    node.port.onmessage = function (event) {
      parts.push(event.data);
      frames += event.data.length;
      var seconds = Math.floor(frames / context.sampleRate);
      clock.textContent = Math.floor(seconds / 60) + ":" + ("0" + seconds % 60).slice(-2);
      if (seconds >= MAX_RECORDING_S) { end(); }
    };
    context.createMediaStreamSource(stream).connect(node);
    stop.addEventListener("click", end);
  }

  function watchRecorder(box) {
    if (!window.isSecureContext || !navigator.mediaDevices || !window.AudioWorkletNode) { return; }
    var begin = byId("ghi-bat-dau");
    var stop = byId("ghi-dung");
    box.hidden = false;
    begin.addEventListener("click", function () {
      byId("ghi-loi").hidden = true;
      var context = new AudioContext();
      context.audioWorklet.addModule("/ghi-am.js").then(function () {
        return navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
      }).then(function (stream) {
        begin.hidden = true;
        stop.hidden = false;
        byId("ghi-dang").hidden = false;
        stop.focus();
        record(stream, context, byId("ghi-dong-ho"), stop);
      }, function () {
        context.close();
        byId("ghi-loi").hidden = false;
      });
    });
    stop.addEventListener("click", function () { stop.disabled = true; });
  }

  var main = document.querySelector("main[data-renewed]");
  var lost = byId("mat-lien-lac");
  if (main && lost) { setTimeout(function () { ask(main, lost); }, 2000); }
  Array.prototype.forEach.call(document.querySelectorAll("form[data-gui]"), watchForm);
  var recorder = byId("ghi-o-day");
  if (recorder) { watchRecorder(recorder); }
})();
