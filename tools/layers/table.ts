import { ADAPTERS, RULES } from './adapters.ts'
import type { Layer } from './layer.ts'
import { HTTP, RECONCILE } from './stacks.ts'

/**
 * Who may import whom: the one table. The lint reads it (tools/lint/layers.ts), and the rooms of docs/architecture.md are written from it
 * (`npm run layers`). Whatever a row does not name is refused. A file belongs to the row with the longest folder that holds it, and may
 * always import from its own row. They stand from the rules outwards.
 */
export const LAYERS: readonly Layer[] = [
  {
    folder: 'src/domain',
    holds: 'the rules: health, who serves, causes, releases, checks, decision, wording. Pure: no clock, no I/O, no package',
    imports: [],
    packages: [],
  },
  {
    folder: 'src/ports',
    holds: 'every interface to the outside, with what it does not promise',
    imports: ['src/domain'],
    packages: [],
  },
  {
    folder: 'src/options',
    holds: 'what keys of several vendors look like in the configuration: an address, a file, certificates',
    imports: ['src/domain'],
    packages: ['zod', 'node:fs'],
  },
  {
    folder: 'src/reconcile',
    holds: 'one pass: work queue, questions to Git, decision, outbox and its effects, telling, tracing',
    imports: RULES,
    packages: ['yaml', 'node:crypto'],
    stacks: RECONCILE,
  },
  ...ADAPTERS,
  {
    folder: 'src/registry.ts',
    holds: 'which forges, channels, renderers, ledgers and servers of alerts there are, one line each',
    imports: [
      'src/ports',
      'src/adapters/forges',
      'src/adapters/channels',
      'src/adapters/renderers',
      'src/adapters/ledgers',
      'src/adapters/alerts',
    ],
    packages: [],
  },
  {
    folder: 'src/config',
    holds: 'one YAML file to `Config` and `Secrets`, every fault at once ([configuration.md](configuration.md))',
    imports: [...RULES, 'src/options', 'src/registry.ts'],
    packages: ['jsonpath-plus', 'yaml', 'zod', 'node:crypto', 'node:fs', 'node:path', 'node:util'],
  },
  {
    folder: 'src/api',
    holds: 'the contract of the HTTP API and its client',
    imports: ['src/domain'],
    packages: [],
  },
  {
    folder: 'src/ui',
    holds: 'the pages, made from what the API answers',
    imports: ['src/domain', 'src/api'],
    packages: [],
  },
  {
    folder: 'src/argocd-extension',
    holds: "what Argo CD's page loads: a tab and a panel ([in Argo CD](in-argocd.md))",
    imports: ['src/domain/words/web-address.ts'],
    types: ['src/api'],
    packages: [],
  },
  {
    folder: 'src/http',
    holds: 'the listeners: webhooks in; API, pages, probes and metrics out',
    imports: [...RULES, 'src/reconcile', 'src/api', 'src/ui'],
    packages: ['express', 'jsonpath-plus', 'prom-client', 'node:crypto', 'node:events', 'node:fs', 'node:http', 'node:net'],
    stacks: HTTP,
  },
  {
    folder: 'src/service',
    holds: 'the record of adapters that a composition is a value of, and how its ports are opened',
    imports: [...RULES, 'src/config', 'src/reconcile'],
    packages: ['node:crypto'],
    beyond: [
      {
        file: 'src/service/http-options.ts',
        imports: ['src/http'],
        because: 'says what the listeners answer with, at the start and whenever the configuration changes',
      },
    ],
  },
  {
    folder: 'src/service/real-adapters.ts',
    holds: 'the record of real adapters: what `serve` and the doctor run on',
    imports: [...RULES, 'src/config', 'src/service', 'src/adapters'],
    packages: [],
  },
  {
    folder: 'src/service.ts',
    holds: 'the composition root of `serve`',
    imports: [...RULES, 'src/config', 'src/reconcile', 'src/http', 'src/service'],
    packages: [],
  },
  {
    folder: 'src/replay.ts',
    holds: 'the composition root of `replay`: the same reconciler over a recording',
    imports: [...RULES, 'src/config', 'src/reconcile', 'src/replay-result.ts', 'src/service', 'src/adapters'],
    packages: ['node:fs/promises', 'node:os', 'node:path'],
  },
  {
    folder: 'src/replay-result.ts',
    holds: 'what a replay answers',
    imports: RULES,
    packages: [],
  },
  {
    folder: 'src/doctor',
    holds: 'checks of everything that Kedge needs ([doctor.md](doctor.md))',
    imports: [...RULES, 'src/config', 'src/service'],
    packages: ['node:fs', 'node:fs/promises', 'node:os', 'node:path'],
    beyond: [
      {
        file: 'src/doctor/run.ts',
        imports: ['src/adapters/kubernetes', 'src/adapters/system'],
        because: 'connects to each cluster as the service does, before there is a service',
      },
      { file: 'src/doctor/kube-api.ts', imports: ['src/adapters/kubernetes'], because: 'asks by the transport that the watch uses' },
      { file: 'src/doctor/check-argocd.ts', imports: ['src/adapters/kubernetes'], because: 'reads fields as the watch does' },
      { file: 'src/doctor/check-projects.ts', imports: ['src/adapters/kubernetes'], because: 'reads fields as the watch does' },
      { file: 'src/doctor/check-cluster.ts', imports: ['src/adapters/kubernetes'], because: 'reads fields as the watch does' },
      { file: 'src/doctor/check-migration.ts', imports: ['src/adapters/kubernetes'], because: 'reads both sides of a migration' },
      { file: 'src/doctor/check-signing.ts', imports: ['src/adapters/signing'], because: 'names the key, and reads what it has signed' },
      { file: 'src/doctor/check-local.ts', imports: ['src/adapters/git'], because: 'runs that git' },
    ],
  },
  {
    folder: 'src/simulator',
    holds: 'stand-ins that speak the real protocols on loopback',
    imports: [],
    types: ['src/domain'],
    packages: [
      'yaml',
      'node:child_process',
      'node:crypto',
      'node:events',
      'node:fs/promises',
      'node:http',
      'node:net',
      'node:os',
      'node:path',
      'node:process',
      'node:stream',
      'node:zlib',
    ],
  },
  {
    folder: 'src/demo',
    holds: 'the story that `kedge demo` tells, on the service and the stand-ins',
    imports: [...RULES, 'src/config', 'src/api', 'src/service.ts', 'src/simulator'],
    packages: ['node:fs/promises', 'node:os', 'node:path'],
    beyond: [
      {
        file: 'src/demo/stage.ts',
        imports: ['src/adapters/ledgers/sqlite'],
        because: 'reads the ledger again after the service has ended',
      },
    ],
  },
  {
    folder: 'src/cli',
    holds: 'the commands, and what they share of the terminal',
    imports: [...RULES, 'src/config', 'src/api', 'src/service.ts', 'src/replay.ts', 'src/replay-result.ts', 'src/doctor', 'src/demo'],
    packages: ['commander', 'yaml', 'node:events', 'node:fs', 'node:fs/promises', 'node:path', 'node:readline', 'node:stream/consumers'],
    beyond: [
      {
        file: 'src/cli/commands/ledger',
        imports: ['src/adapters/ledgers/sqlite', 'src/adapters/ledgers/chain', 'src/adapters/signing', 'src/adapters/system'],
        because: 'without a service',
      },
      {
        file: 'src/cli/commands/record.ts',
        imports: ['src/adapters/kubernetes', 'src/adapters/system', 'src/service/open-renderers.ts'],
        because: 'records a cluster without a service',
      },
    ],
  },
  { folder: 'src/main.ts', holds: 'the entry of the process', imports: ['src/cli'], packages: [] },
]
