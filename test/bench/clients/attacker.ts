// Attacks a registry until it is ended. Prints `under way` once the attack is.
//   node attacker.mjs NAME URL READER WRITER

import { attacksOf, REVIEWED } from '../../attacks/one-caller/all.js';

const [, , name = '', url = '', reader = '', writer = ''] = process.argv;
const attack = attacksOf(REVIEWED).find((one) => one.name === name);
if (!attack) throw new Error(`no attack is named ${name}`);

let reported = 0;
await attack.run({ url, reader, writer }, new AbortController().signal, () => {
  if (++reported === attack.underWay) console.log('under way');
});
