import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { type StartedProcess, startProcess } from '../support/clean-up.js';
import type { Folder } from '../support/folder.js';
import { freePort } from '../support/postgres.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';
import { findProgram } from './programs.js';

/** A proxy with TLS on loopback that uses an example configuration of `deploy/`. */
export interface TlsProxy extends AsyncDisposable {
  name: 'nginx' | 'caddy';
  url: string;
  /** The certificate of its authority, PEM. */
  authority(): Promise<string>;
  /** Everything that the program printed. */
  output(): string;
}

type Start = (folder: Folder, port: number, upstream: string) => Promise<TlsProxy>;

export const PROXIES: { name: TlsProxy['name']; isInstalled: boolean; start: Start }[] = [
  {
    name: 'nginx',
    isInstalled: findProgram('nginx') !== null && findProgram('openssl') !== null,
    start: startNginx,
  },
  { name: 'caddy', isInstalled: findProgram('caddy') !== null, start: startCaddy },
];

/** Starts nginx with the example file, whose addresses and certificate are replaced. */
async function startNginx(folder: Folder, port: number, upstream: string): Promise<TlsProxy> {
  const example = await readFile(join(CHECKOUT, 'deploy/nginx/fixture-registry.conf'), 'utf8');
  const at = (name: string) => join(folder.path, name);
  const plain = await freePort();
  const changes: [string | RegExp, string][] = [
    ['server 127.0.0.1:4000;', `server ${upstream};`],
    [/listen \[::\]:.*\n/g, '\n'],
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    [/server_name fixtures\.example\.com;/g, 'server_name localhost;'],
    [/\/etc\/ssl\/fixtures\.example\.com\//g, `${folder.path}/`],
  ];
  const site = changes.reduce((text, [from, to]) => {
    const replaced = text.replace(from, to);
    if (replaced === text) throw new Error(`deploy/nginx/fixture-registry.conf does not contain ${from}`);
    return replaced;
  }, example);
  await folder.write({
    'site.conf': site,
    'nginx.conf': `
      daemon off; pid ${at('nginx.pid')}; error_log stderr; worker_processes 1;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events { worker_connections 64; }
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${at(each)};`).join('\n')}
        include ${at('site.conf')};
      }`,
  });
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    at('privkey.pem'),
  ];
  const made = await run(
    findProgram('openssl') as string,
    ['req', '-x509', '-days', '1', ...key, '-out', at('fullchain.pem'), ...subject],
    { cwd: folder.path },
  );
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  const child = startProcess(findProgram('nginx') as string, ['-c', at('nginx.conf'), '-p', folder.path], {
    cwd: folder.path,
    endedBy: 'SIGTERM',
  });
  const authority = () => readFile(at('fullchain.pem'), 'utf8');
  return started('nginx', child, port, authority);
}

/** Starts Caddy with the example file as it is; only its global options differ. */
async function startCaddy(folder: Folder, port: number, upstream: string): Promise<TlsProxy> {
  const example = await readFile(join(CHECKOUT, 'deploy/caddy/Caddyfile'), 'utf8');
  const options = `{\n admin off\n local_certs\n skip_install_trust\n auto_https disable_redirects\n}\n`;
  await folder.write({ Caddyfile: `${options}${example}` });
  const child = startProcess(
    findProgram('caddy') as string,
    ['run', '--config', join(folder.path, 'Caddyfile'), '--adapter', 'caddyfile'],
    {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'],
        HOME: folder.path,
        XDG_DATA_HOME: folder.path,
        XDG_CONFIG_HOME: folder.path,
        FIXTURE_REGISTRY_HOST: `https://localhost:${port}`,
        FIXTURE_REGISTRY_UPSTREAM: upstream,
      },
    },
  );
  const authority = () => readFile(join(folder.path, 'caddy/pki/authorities/local/root.crt'), 'utf8');
  return started('caddy', child, port, authority);
}

async function started(
  name: TlsProxy['name'],
  child: StartedProcess,
  port: number,
  authority: () => Promise<string>,
): Promise<TlsProxy> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `https://localhost:${port}`;
  while (!(await accepts(port, authority))) {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${output}`);
    await sleep(100);
  }
  return {
    name,
    url,
    authority,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Whether a server with a certificate of this authority listens on the port. */
async function accepts(port: number, authority: () => Promise<string>): Promise<boolean> {
  const ca = await authority().catch(() => null);
  if (ca === null) return false;
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
