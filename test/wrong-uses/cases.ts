import type { Finished } from '../support/process.js';
import type { FixturesOptions, World } from './world.js';

/** A wrong use of the product, and how it ends. */
export interface WrongUse {
  /** The command as it is typed. */
  command: string;
  /** What is special about the situation; empty if nothing is. */
  situation: string;
  run(world: World): Promise<Finished>;
}

export interface Section {
  title: string;
  uses: WrongUse[];
}

type Options = (world: World) => FixturesOptions;

/** `fixtures …` with the words of the text. @param options of the run, which the situation describes */
function fixtures(words: string, situation = '', options: Options = () => ({})): WrongUse {
  return {
    command: `fixtures ${words}`,
    situation,
    run: (world) => world.fixtures(words === '' ? [] : words.split(' '), options(world)),
  };
}

function server(words: string, situation = '', environment: Record<string, string> = {}): WrongUse {
  return {
    command: `fixture-registry ${words}`,
    situation,
    run: (world) => world.server(words.split(' '), environment),
  };
}

const COMMIT = '1234567890123456789012345678901234567890';
const withoutRegistry: Options = () => ({ environment: { FIXTURE_REGISTRY_URL: '' } });
const withoutRepository: Options = () => ({ environment: { FIXTURE_REGISTRY_REPOSITORY: '' } });
const withoutToken: Options = () => ({ token: null });

/** All wrong uses that docs/wrong-uses.md lists. */
export const SECTIONS: Section[] = [
  {
    title: 'Commands and options',
    uses: [
      fixtures('pul'),
      fixtures('pull --brnach main'),
      fixtures('pull --branch'),
      fixtures('pull main'),
      fixtures('pull --branch main --pull-request 7'),
      fixtures('pull --pull-request seven'),
      fixtures('pull --base main'),
      fixtures('pull --commit abc'),
      fixtures('pull --branch main --commit abc'),
      fixtures('pull --directory nosuch'),
      fixtures('pull --directory words.txt'),
      fixtures('pull --branch main --tests-file nosuch.txt'),
      fixtures('pull --branch main --tests-file empty.txt', 'the file is empty'),
      fixtures('push --branch main --paths tests', '`tests` is a folder'),
      fixtures('push --branch main --paths !tests/**'),
      fixtures('push --branch main --prune=all'),
      fixtures('used --branch main --files nosuch.txt'),
      fixtures('used --branch main', 'nothing was pulled'),
      fixtures('drift --branch main --fail-on sometimes'),
      fixtures('drift --branch main --accept'),
      fixtures('drift --pull-request 7 --level content'),
      fixtures('promote'),
      fixtures('explain'),
      fixtures('rekey --test-id tests/test_a.py::test_old'),
      fixtures('coverage'),
      fixtures('coverage --tests-file nosuch.txt'),
      fixtures('coverage --tests-file empty.txt', 'the file is empty'),
      fixtures('coverage --branch main --tests-file words.txt --fail-on some'),
      fixtures('unused --days many'),
      fixtures('unused --branch main'),
      fixtures('push --branch main --prune-unused'),
      fixtures('push --pull-request 7 --days 3'),
      fixtures('push --pull-request 7 --prune --prune-unused'),
      fixtures('prune --pull-request 7'),
      fixtures('prune --superseded --branch main'),
      fixtures('completion tcsh'),
      fixtures('init --workflow maybe'),
      fixtures('init', 'without a terminal'),
      fixtures('init --yes', 'outside of git'),
      fixtures('init --yes --directory nosuch'),
      fixtures('doctor --directory words.txt'),
    ],
  },
  {
    title: 'Targets that do not exist',
    uses: [
      fixtures('pull --branch nosuch'),
      fixtures('pull --pull-request 4711'),
      fixtures(`pull --commit ${COMMIT}`),
      fixtures('pull --branch main --baseline nosuch'),
      fixtures('pull --branch main --tests tests/test_nosuch.py*'),
      fixtures('pull --branch main --models nosuch'),
      fixtures('pull --branch main --paths nosuch/**'),
      fixtures('push --branch main --paths nosuch/**'),
      fixtures('status --branch nosuch'),
      fixtures('status --pull-request 4711'),
      fixtures(`status --commit ${COMMIT}`),
      fixtures('status --branch main --paths nosuch/**'),
      fixtures('drift --branch nosuch --fail-on any'),
      fixtures('drift --pull-request 4711 --fail-on any'),
      fixtures(`drift --commit ${COMMIT} --fail-on any`),
      fixtures('drift --pull-request 4711 --accept'),
      fixtures('drift --pull-request 7 --accept --paths nosuch/**'),
      fixtures('explain tests/recordings/nosuch.json'),
      fixtures('explain 0123456789ab'),
      fixtures('explain tests/recordings/nosuch.json --branch nosuch'),
      fixtures('explain tests/recordings/nosuch.json --pull-request 4711'),
      fixtures('coverage --branch nosuch --tests-file words.txt'),
      fixtures('coverage --branch main --tests-file words.txt', 'the recordings belong to other tests'),
      fixtures('promote --pull-request 4711'),
      fixtures('promote --pull-request 7 --base nosuch'),
      fixtures('coverage --tests-file words.txt --branch nosuch'),
      fixtures('coverage --tests-file words.txt --pull-request 4711'),
      fixtures('unused', 'no run has reported what it read'),
      fixtures('push --pull-request 7 --prune-unused', 'no run has reported what it read'),
      fixtures('prune --superseded --dry-run', 'no run has reported what it read'),
      fixtures('rekey nosuch/**'),
      fixtures('rekey --branch nosuch'),
      fixtures('rekey --pull-request 4711'),
    ],
  },
  {
    title: 'Registry and repository',
    uses: [
      fixtures('pull --branch main', 'without a registry', withoutRegistry),
      fixtures('pull --branch main --registry fixtures.example.com'),
      fixtures('pull --branch main --registry https://me:secret@fixtures.example.com'),
      fixtures('pull --branch main --registry http://fixtures.example.com'),
      fixtures('pull --branch main', '`https://`, and the registry speaks http', ({ registry }) => ({
        registry: registry.url.replace('http:', 'https:'),
      })),
      fixtures('pull --branch main', '`http://`, and the port expects https', ({ tls }) => ({
        registry: tls,
      })),
      fixtures('pull --branch main', 'the address of a page of the registry', ({ registry }) => ({
        registry: `${registry.url}/acme/tests`,
      })),
      fixtures('pull --branch main', 'the address of another website', ({ page }) => ({ registry: page })),
      fixtures('pull --branch main', 'without a repository, outside of git', withoutRepository),
      fixtures('pull --branch main', 'the remote is `https://gitlab.example/a/group/tests.git`', (world) => ({
        ...withoutRepository(world),
        folder: world.strangeRemote,
      })),
      fixtures('pull --branch main --repository tests'),
      fixtures('pull --branch main --repository acme/nosuch'),
    ],
  },
  {
    title: 'Tokens',
    uses: [
      fixtures('pull --branch main', 'without a token', withoutToken),
      fixtures('push --branch main', 'without a token', withoutToken),
      fixtures('used --branch main', 'without a token', withoutToken),
      fixtures('promote --pull-request 7', 'without a token', withoutToken),
      fixtures('pull --branch main --token nonsense'),
      fixtures('pull --branch main', 'the token was revoked', ({ tokens }) => ({ token: tokens.revoked })),
      fixtures('pull --branch main', 'the token is for another repository', ({ tokens }) => ({
        token: tokens.otherRepository,
      })),
      fixtures('push --branch main', 'the token can only read', ({ tokens }) => ({ token: tokens.read })),
      fixtures('drift --pull-request 7 --accept', 'the token can only read', ({ tokens }) => ({
        token: tokens.read,
      })),
      fixtures('pull --branch main --token-file nosuch.txt'),
      fixtures('pull --branch main --token-file empty.txt', 'the file is empty'),
      fixtures('pull --branch main --token-file words.txt', 'the file contains a sentence'),
      fixtures('pull --branch main --token-stdin', 'stdin is empty'),
      fixtures('pull --branch main', 'other users can read the stored tokens', ({ openHome }) => ({
        token: null,
        environment: { HOME: openHome.path },
      })),
      fixtures('login', 'stdin is empty'),
      fixtures('login --token nonsense'),
      fixtures('login', 'without a registry', withoutRegistry),
    ],
  },
  {
    title: 'The registry command',
    uses: [
      server('serv'),
      server('serve --prot 4000'),
      server('serve --port many'),
      server('token create --scope read'),
      server('token create --repository acme --scope read'),
      server('token create --repository acme/tests --scope everything'),
      server('token create --repository acme/tests --scope read --expires soon'),
      server('token revoke first'),
      server('token list --data nosuch'),
      server('gc --data words.txt', '`words.txt` is a file'),
      server('serve --port 0 --data words.txt/data', '`words.txt` is a file'),
      server('serve --port 0', '`DATABASE_URL=mysql://db`', { DATABASE_URL: 'mysql://db' }),
      server('token list', 'nothing listens at `DATABASE_URL`', {
        DATABASE_URL: 'postgres://postgres:secret@127.0.0.1:9/fixtures',
      }),
    ],
  },
];
