/* Looks for the number that makes SHA-256 of "ticket:number" begin with zero bits (FIPS 180-4).
   Asked {ticket, bits}; tells {tried} now and then and {found} at the end. */
(() => {
  "use strict";
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  const START = PRIMES.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const ROUND = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));
  const words = new Int32Array(64);
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  // One block of 64 bytes into the eight words of the state.
  function mix(state, bytes, from) {
    for (let i = 0; i < 16; i += 1) {
      const at = from + 4 * i;
      words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = words[i - 15];
      const y = words[i - 2];
      const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }

  // The first word of the digest: all that up to 32 zero bits need.
  function firstWord(text) {
    const size = text.length;
    const bytes = new Uint8Array((Math.floor((size + 8) / 64) + 1) * 64);
    for (let i = 0; i < size; i += 1) bytes[i] = text.charCodeAt(i);
    bytes[size] = 0x80;
    new DataView(bytes.buffer).setUint32(bytes.length - 4, size * 8);
    const state = Int32Array.from(START);
    for (let from = 0; from < bytes.length; from += 64) mix(state, bytes, from);
    return state[0] >>> 0;
  }

  self.onmessage = ({ data: { ticket, bits } }) => {
    for (let n = 0; ; n += 1) {
      if (firstWord(`${ticket}:${n}`) >>> (32 - bits) === 0) {
        self.postMessage({ found: String(n) });
        return;
      }
      if (n % 2048 === 2047) self.postMessage({ tried: n + 1 });
    }
  };
})();
