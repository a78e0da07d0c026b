// Runs the quick start as a new user would, and writes docs/quick-start.md with its commands, output and times:
//   node scripts/quick-start.js           packs, installs into an empty folder without a checkout, runs every step
//   node scripts/quick-start.js --check   only compares the commands of the document with those of this file
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = path.join(root, 'docs/quick-start.md');
const EXAMPLE = path.join(root, 'examples/support-desk/tests/workshop');
const CASSETTE = 'tests/cassettes/test_bookings/test_books_a_slot.yaml';

/**
 * The steps. `runs` are commands as a reader types them. `status` is the exit status of the last one when it is
 * not 0. `serves`: it keeps running. `token`: it reads the token of the registry from stdin.
 */
export const STEPS = [
  {
    title: 'Install',
    text: 'You need Node 20.19 or later, and git. The server and the command line are two packages of npm:',
    runs: ['npm install @fixture-registry/server @fixture-registry/cli'],
  },
  {
    title: 'Start a registry',
    text:
      'Without a configuration, the registry keeps its data in `.fixture-registry`, in an embedded database. The ' +
      'first start prints an admin token once. Leave the registry running, and continue in a second terminal:',
    runs: ['npx @fixture-registry/server serve'],
    serves: true,
  },
  {
    title: 'Log in',
    text: 'Enter the token when the command asks for it. It is stored for this registry and this user:',
    runs: ['npx @fixture-registry/cli login --registry http://127.0.0.1:4000'],
    token: true,
  },
  {
    title: 'Set up a repository',
    text:
      'The repository of this page, `acme/workshop`, tests an assistant that books appointments. Its eight cassettes of ' +
      'pytest-recording are in git. Change to your clone, and let `init` set it up. Without `--yes`, it asks before each step:',
    runs: ['cd workshop', 'npx @fixture-registry/cli init --yes --registry http://127.0.0.1:4000'],
  },
  {
    title: 'Remove the recordings from git',
    text: 'These are the commands that `init` printed. The recordings stay on disk:',
    runs: [
      'git rm -r --cached --quiet -- ":(glob)**/cassettes/**/*.yaml"',
      'git add -- .github/fixtures.yml .github/workflows/fixtures.yml .gitignore',
      'git commit --quiet -m "Keep recordings in Fixture Registry"',
    ],
  },
  {
    title: 'Pull',
    text: 'A new clone has no recordings. `pull` brings them, byte for byte:',
    runs: [
      'export FIXTURE_REGISTRY_URL=http://127.0.0.1:4000',
      'rm -r tests/cassettes',
      'npx @fixture-registry/cli pull',
      'git status --short',
    ],
  },
  {
    title: 'Push a change',
    text:
      'Record a test again on a branch, and push what changed as pull request 1. In a workflow, the action does both. ' +
      'Here, `perl` stands in for the recorder: the assistant now confirms by email.',
    runs: [
      'git switch --quiet --create email',
      `perl -pi -e 's/sms/email/' ${CASSETTE}`,
      'npx @fixture-registry/cli push --pull-request 1 --base main',
    ],
  },
  {
    title: 'Review the drift',
    text: 'The report says what a test would notice. With `--fail-on`, drift is an exit status of 3:',
    runs: ['npx @fixture-registry/cli drift --pull-request 1 --fail-on behaviour'],
    status: 3,
  },
  {
    title: 'Check the set-up',
    text: '`doctor` checks the registry, the token, the workflow, the paths and git, and says what to do:',
    runs: ['npx @fixture-registry/cli doctor'],
  },
];

const NEXT = `## Next

- [Run a registry for a team](self-hosting.md), at an address that GitHub's runners reach.
- [The workflow](workflow.md) that \`init\` writes, and the inputs of the action.
- [Review](review.md) the comment on a pull request, and accept drift.
- [Migrating from git](migrating-from-git.md) has notes on each recorder.
`;

/** The commands of a document, in their order. */
export function commandsIn(document) {
  return [...document.matchAll(/^ {4}\$ (.*)$/gm)].map(([, command]) => command);
}

/** What is wrong with the commands of a document; null when they are those of the steps. */
export function problemOf(document) {
  const found = commandsIn(document);
  const wanted = STEPS.flatMap(({ runs }) => runs);
  const at = wanted.findIndex((command, index) => command !== found[index]);
  if (at !== -1)
    return `command ${at + 1} is ${JSON.stringify(found[at])}, not ${JSON.stringify(wanted[at])}`;
  return found.length === wanted.length
    ? null
    : `${JSON.stringify(found[wanted.length])} is no command of a step`;
}

/** Makes a machine without a checkout: a folder with the tarballs, and a repository with cassettes. */
function makeMachine() {
  const machine = mkdtempSync(path.join(tmpdir(), 'quick-start-'));
  const tarballs = path.join(machine, 'tarballs');
  execFileSync(process.execPath, [path.join(root, 'scripts/pack.js'), tarballs], {
    stdio: ['ignore', 'ignore', 2],
  });
  const project = path.join(machine, 'project');
  mkdirSync(path.join(project, 'workshop'), { recursive: true });
  writeFileSync(path.join(project, 'package.json'), '{ "private": true }\n');
  cpSync(EXAMPLE, path.join(project, 'workshop/tests'), { recursive: true });
  writeFileSync(path.join(project, 'workshop/requirements.txt'), 'pytest\npytest-recording\n');
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  const environment = {
    PATH: process.env.PATH,
    HOME: machine,
    npm_config_cache: cache,
    npm_config_update_notifier: 'false',
    ...identity('2026-01-05T09:00:00Z'),
  };
  const git = (...words) =>
    execFileSync('git', words, {
      cwd: path.join(project, 'workshop'),
      env: environment,
      stdio: ['ignore', 'ignore', 2],
    });
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', 'git@github.com:acme/workshop.git');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Tests of the workshop');
  return { machine, project, tarballs, environment };
}

function identity(date) {
  return Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Demo'],
      [`GIT_${role}_EMAIL`, 'demo@example.com'],
      [`GIT_${role}_DATE`, date],
    ]),
  );
}

/** Runs all steps. Returns the output and the seconds of each. */
async function runSteps({ project, tarballs, environment }) {
  // A free port, because 4000 may be taken; the document shows 4000.
  const port = await freePort();
  const shell = { cwd: project, environment: { ...environment }, port, token: '' };
  const results = [];
  let server = null;
  try {
    for (const step of STEPS) {
      const started = performance.now();
      const outputs = [];
      for (const [index, command] of step.runs.entries()) {
        const executed = asExecuted(command, { tarballs, port });
        const expected = index === step.runs.length - 1 ? (step.status ?? 0) : 0;
        if (step.serves) {
          server = await startServer(executed, shell);
          outputs.push(server.output);
        } else {
          outputs.push(await runCommand(executed, expected, step.token ? shell.token : '', shell));
        }
      }
      results.push({ outputs, seconds: (performance.now() - started) / 1000 });
      console.error(`${step.title}: ${results.at(-1).seconds.toFixed(1)} s`);
    }
    return { results, shown: (text) => asShown(text, { project, port, token: shell.token }) };
  } finally {
    if (server !== null) {
      const closed = once(server.child, 'close');
      process.kill(-server.child.pid, 'SIGTERM');
      await closed;
    }
  }
}

function asExecuted(command, { tarballs, port }) {
  if (command.startsWith('npm install'))
    return `npm install --no-audit --no-fund --prefer-offline ${tarballs}/*.tgz`;
  if (command.endsWith(' serve')) return `${command} --port ${port}`;
  return command.replaceAll(':4000', `:${port}`);
}

/** The output without what differs from machine to machine. */
function asShown(text, { project, port, token }) {
  return text
    .replaceAll(`:${port}`, ':4000')
    .replaceAll(token, `${token.slice(0, 5)}…`)
    .replaceAll(/(?:\/private)?\/\S*quick-start-\w+\/project/g, '~')
    .replaceAll(/(?:\/private)?\/\S*quick-start-\w+/g, '~')
    .replaceAll(project, '~')
    .replaceAll(/\d+ ms\b/g, '2 ms')
    .replaceAll(/\bin \d+(?:\.\d+)?m?s$/gm, '')
    .trimEnd();
}

async function runCommand(command, expected, input, shell) {
  if (command.startsWith('cd ')) {
    shell.cwd = path.join(shell.cwd, command.slice(3));
    return '';
  }
  if (command.startsWith('export ')) {
    const [name, value] = command.slice(7).split('=');
    shell.environment[name] = value;
    return '';
  }
  const child = spawn('sh', ['-c', command], { cwd: shell.cwd, env: shell.environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  child.stdin.end(input);
  const [status] = await once(child, 'close');
  if (status !== expected) throw new Error(`${command}\nended with ${status}, not ${expected}:\n${output}`);
  return output;
}

async function startServer(command, shell) {
  // A process group of its own, so that npx and the server end together.
  const child = spawn('sh', ['-c', command], { cwd: shell.cwd, env: shell.environment, detached: true });
  let output = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (output.includes('listening on')) resolve();
      });
    }
    child.once('close', (status) => reject(new Error(`${command}\nended with ${status}:\n${output}`)));
  });
  shell.token = /\bfr_\S+/.exec(output)?.[0] ?? '';
  if (shell.token === '') throw new Error(`the registry printed no token:\n${output}`);
  return { child, output };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A paragraph in lines of at most 125 characters. */
function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length <= 125) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** The document. */
function documentOf({ results, shown }) {
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const sections = STEPS.map(({ title, text, runs }, at) => {
    const lines = runs.flatMap((command, index) => {
      const output = shown(results[at].outputs[index]);
      return [`$ ${command}`, ...(output === '' ? [] : output.split('\n'))];
    });
    const block = lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
    return `## ${at + 1}. ${title}\n\n${wrapped(text)}\n\n${block}\n`;
  });
  const times = STEPS.map(({ title }, at) => `| ${title} | ${results[at].seconds.toFixed(1)} |`).join('\n');
  return `# Quick start

From an empty machine to the first report. \`npm run quick-start\` runs this page with the packed packages, in a folder without
a checkout, and writes its commands, their output and their times here.

${sections.join('\n')}
## Times

| step | seconds |
|---|---|
${times}
| all | ${total.toFixed(1)} |

On ${cpus().length} cores with Node ${process.versions.node}. The packages were in npm's cache; otherwise the first step takes as long as the
download.

${NEXT}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--check') {
    const problem = problemOf(readFileSync(DOCUMENT, 'utf8'));
    if (problem !== null) {
      console.error(`docs/quick-start.md: ${problem}. Run "npm run quick-start" and commit it.`);
      process.exitCode = 1;
    }
  } else {
    const made = makeMachine();
    try {
      writeFileSync(DOCUMENT, documentOf(await runSteps(made)));
    } finally {
      rmSync(made.machine, { recursive: true, force: true });
    }
  }
}
