// Runs in the browser's audio thread: hands the sound of the microphone to the page, 16 bits a sample, in parts.
class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.part = new Int16Array(4800);
    this.filled = 0;
  }

  process(inputs) {
    const samples = inputs[0][0] || [];
    for (const sample of samples) {
      this.part[this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
      this.filled += 1;
      if (this.filled === this.part.length) {
        this.port.postMessage(this.part);
        this.part = new Int16Array(4800);
        this.filled = 0;
      }
    }
    return true;
  }
}
registerProcessor("recorder", Recorder);
