// Renews the screen "Hôm nay" part by part, and says when the page has lost contact. Without this script, the link at the
// foot of the screen does the same.
(function () {
  "use strict";
  var main = document.querySelector("main[data-renewed]");
  var lost = document.getElementById("mat-lien-lac");
  if (!main || !lost || !window.fetch || !window.AbortController) { return; }

  // A part that a person has in focus changes only if it says something else, and keeps the focus.
  function renew(text) {
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

  function ask() {
    var abort = new AbortController();
    var timer = setTimeout(function () { abort.abort(); }, 3000);
    fetch("/hom-nay", { cache: "no-store", credentials: "same-origin", signal: abort.signal })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(function (text) { renew(text); lost.hidden = true; }, function () { lost.hidden = false; })
      .then(function () {
        clearTimeout(timer);
        setTimeout(ask, document.hidden ? 15000 : 2000);
      });
  }
  setTimeout(ask, 2000);
})();
