import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { manyFiles } from '../support/recordings.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';
import { findProgram } from './programs.js';
import { metricsOf } from './promql.js';

const ALERTS = join(CHECKOUT, 'deploy/prometheus/alerts.yaml');
const DASHBOARD = join(CHECKOUT, 'deploy/grafana/fixture-registry.json');

/** Metrics that Prometheus itself makes, and the labels that it adds to every series. */
const OF_PROMETHEUS = new Set(['up']);
const ADDED_LABELS = new Set(['job', 'instance']);

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}
interface Panel {
  id: number;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource: { uid: string };
  targets: { expr: string; legendFormat: string }[];
}
interface Dashboard {
  title: string;
  panels: Panel[];
  templating: { list: { name: string; query: string | { query: string } }[] };
}

const repository = 'acme/monitored';
const readRules = async () =>
  (parse(await readFile(ALERTS, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );
const readDashboard = async () => JSON.parse(await readFile(DASHBOARD, 'utf8')) as Dashboard;

/** A query of the dashboard with values in place of Grafana's variables. */
const filledIn = (query: string) =>
  query
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$job', 'fixture-registry')
    .replaceAll('$instance', '.*');

/** The labels of each metric, of both databases after some requests. */
const labels = new Map<string, Set<string>>();

beforeAll(async () => {
  for (const options of [{}, { postgresUrl: inject('postgresUrl') }]) {
    await using registry = await startRegistry(options);
    await use(registry);
    const text = await (await fetch(`${registry.url}/metrics`)).text();
    for (const line of text.split('\n')) {
      const [, metric, inside = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? /.exec(line) ?? [];
      if (metric === undefined) continue;
      const known = labels.get(metric) ?? new Set();
      for (const [, label] of inside.matchAll(/([a-z_]+)="/g)) known.add(label as string);
      labels.set(metric, known);
    }
  }
});

/** Pushes, pulls, and reads a report twice, so that metrics with labels appear. */
async function use(registry: TestRegistry): Promise<void> {
  const add = manyFiles(5, 'monitored');
  await pushFiles(registry, { repository, ref: { branch: 'main' }, add });
  await pushFiles(registry, { repository, ref: { pullRequest: 1, base: 'main' }, add: manyFiles(2, 'new') });
  expect(Object.keys(await pullFiles(registry, repository, { ref: { branch: 'main' } }))).toHaveLength(5);
  const drift = `{ repository(owner: "acme", name: "monitored") { drift(pullRequest: 1) { headline } } }`;
  for (let times = 0; times < 2; times++) await registry.ask(drift);
  // The metrics have a scrape of their own only after the first one.
  for (const path of ['/healthz', '/readyz', '/metrics']) await (await fetch(registry.url + path)).text();
}

function expectKnown(query: string): void {
  const uses = metricsOf(query);
  expect(uses.length, query).toBeGreaterThan(0);
  for (const use of uses) {
    if (OF_PROMETHEUS.has(use.metric)) continue;
    expect([...labels.keys()], query).toContain(use.metric);
    for (const label of use.labels.filter((each) => !ADDED_LABELS.has(each))) {
      expect([...(labels.get(use.metric) ?? [])], `${use.metric} in ${query}`).toContain(label);
    }
  }
}

describe('deploy/prometheus/alerts.yaml', () => {
  it('has rules with a severity, a summary and a description', async () => {
    const rules = await readRules();
    expect(rules.length).toBeGreaterThan(5);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels: extra, annotations } of rules) {
      expect(['critical', 'warning'], alert).toContain(extra.severity);
      expect(annotations.summary, alert).toMatch(/\S/);
      expect(annotations.description, alert).toMatch(/\S/);
    }
  });

  it('queries metrics and labels that the registry has', async () => {
    for (const { expr } of await readRules()) expectKnown(expr);
  });

  const promtool = findProgram('promtool');
  it.skipIf(promtool === null)('is accepted by promtool, and fires in its unit tests', async () => {
    await using folder = await makeFolder();
    const checked = await run(promtool as string, ['check', 'rules', ALERTS], { cwd: folder.path });
    expect(checked, checked.stderr).toMatchObject({ status: 0 });
    await folder.write({ 'alerts.test.yaml': JSON.stringify(unitTests()) });
    const tested = await run(promtool as string, ['test', 'rules', 'alerts.test.yaml'], { cwd: folder.path });
    expect(tested, tested.stdout + tested.stderr).toMatchObject({ status: 0 });
  });

  /** Series for promtool, and the alerts that they must and must not cause. */
  function unitTests() {
    const job = 'job="fixture-registry", instance="a:4000"';
    const count = (status: string) =>
      `fixture_registry_request_duration_seconds_count{${job}, route="/graphql", status="${status}"}`;
    const tests = [
      { series: [], firing: ['FixtureRegistryDown'] },
      { series: [[`up{${job}}`, '0x30']], firing: ['FixtureRegistryDown', 'FixtureRegistryProcessDown'] },
      { series: [[`up{${job}}`, '1x30']], firing: [] },
      {
        series: [
          [`up{${job}}`, '1x30'],
          [`fixture_registry_database_up{${job}}`, '0x30'],
        ],
        firing: ['FixtureRegistryDatabaseDown'],
      },
      {
        series: [
          [`up{${job}}`, '1x30'],
          [count('200'), '0+90x30'],
          [count('503'), '0+10x30'],
        ],
        firing: ['FixtureRegistryFailingRequests'],
      },
      {
        series: [
          [`up{${job}}`, '1x30'],
          [count('200'), '0+990x30'],
          [count('503'), '0+10x30'],
          [`fixture_registry_data_free_bytes{${job}}`, '5e8x30'],
        ],
        firing: ['FixtureRegistryDiskFull'],
      },
    ];
    return {
      rule_files: [ALERTS],
      evaluation_interval: '1m',
      tests: tests.map(({ series, firing }) => ({
        interval: '1m',
        input_series: series.map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
            eval_time: '20m',
            exp_samples: firing.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
          },
        ],
      })),
    };
  }
});

describe('deploy/grafana/fixture-registry.json', () => {
  it('has panels with a description that do not overlap', async () => {
    const { panels } = await readDashboard();
    expect(panels.length).toBeGreaterThan(10);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h }, title, description, datasource }) => {
      expect(description, title).toMatch(/\.$/);
      expect(datasource.uid, title).toMatch(/^\$\{datasource\}$/);
      expect(x + w, title).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('queries metrics and labels that the registry has', async () => {
    const { panels, templating } = await readDashboard();
    for (const { targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        expectKnown(filledIn(expr));
        // A legend can only show labels that the result of the query has.
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          const shown = metricsOf(filledIn(expr)).flatMap((use) => use.labels);
          expect([...shown, ...ADDED_LABELS], expr).toContain(label);
        }
      }
    }
    const variables = new Set(templating.list.map(({ name }) => name));
    for (const [, name] of JSON.stringify(panels).matchAll(/\$\{?(\w+)/g)) {
      if (!name?.startsWith('__')) expect([...variables]).toContain(name);
    }
    for (const { query } of templating.list) {
      if (typeof query === 'string') continue;
      const [, series] = /^label_values\((.*), \w+\)$/.exec(query.query) ?? [];
      expectKnown(filledIn(series ?? ''));
    }
  });
});
