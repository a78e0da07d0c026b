import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Container } from 'kubernetes-types/core/v1.js';
import { parseAllDocuments } from 'yaml';
import { CHECKOUT } from '../support/registry.js';

/** A Kubernetes object as written in a file. */
export interface Manifest {
  /** Relative to `deploy/kubernetes`. */
  path: string;
  apiVersion: string;
  kind: string;
  content: Record<string, unknown>;
}

const FOLDER = join(CHECKOUT, 'deploy', 'kubernetes');

/** All objects below `deploy/kubernetes`, kustomizations included. */
export function readManifests(): Manifest[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  return files.sort().flatMap((path) =>
    parseAllDocuments(readFileSync(join(FOLDER, path), 'utf8')).map((document) => {
      const [problem] = document.errors;
      if (problem) throw new Error(`${path}: ${problem.message}`);
      const content = document.toJS() as Record<string, unknown>;
      return { path, apiVersion: String(content['apiVersion']), kind: String(content['kind']), content };
    }),
  );
}

/** The workload in a folder below `deploy/kubernetes`: its pods and its one container. */
export function readWorkload(folder: 'postgres' | 'embedded') {
  const found = readManifests().find(
    ({ path, kind }) => path.startsWith(`${folder}/`) && (kind === 'Deployment' || kind === 'StatefulSet'),
  );
  const workload = found?.content as unknown as Deployment & StatefulSet;
  const pod = workload.spec?.template.spec;
  const container: Container | undefined = pod?.containers[0];
  if (!pod || !container || pod.containers.length !== 1) throw new Error(`${folder}: not one container`);
  return { workload, pod, container };
}

/** Bytes of a quantity such as `2Gi`. */
export function bytesOf(quantity: string | number | undefined): number {
  const [, number, unit = ''] = /^(\d+)(|Mi|Gi)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`${quantity} is not a number of bytes, Mi or Gi`);
  return Number(number) * { '': 1, Mi: 2 ** 20, Gi: 2 ** 30 }[unit as '' | 'Mi' | 'Gi'];
}
