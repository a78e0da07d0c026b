import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHECKOUT } from '../support/registry.js';

export const COMPOSE = 'compose.yaml';

/** The parts of a service that the tests read. */
export interface Service {
  image?: string;
  environment?: Record<string, string>;
  env_file?: string[];
  depends_on?: Record<string, { condition: string }>;
  profiles?: string[];
  healthcheck?: { test: string[] };
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  stop_grace_period?: string;
}

/** The services and volumes of compose.yaml. */
export function readCompose() {
  return parse(readFileSync(join(CHECKOUT, COMPOSE), 'utf8')) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
}
