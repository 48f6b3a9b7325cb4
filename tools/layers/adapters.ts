import type { Layer } from './layer.ts'

/** What every vendor may know of Kedge. */
export const RULES = ['src/domain', 'src/ports']
/** What keys of several vendors look like. */
const OPTIONS = 'src/options'

/** The rows of `src/adapters`. */
export const ADAPTERS: readonly Layer[] = [
  {
    folder: 'src/adapters/kubernetes',
    holds: 'own LIST and WATCH, objects to flat records ([watch.md](watch.md)); the same over a recording, and writing one',
    imports: RULES,
    packages: [
      '@kubernetes/client-node',
      'undici',
      'node:crypto',
      'node:fs/promises',
      'node:https',
      'node:net',
      'node:path',
      'node:stream',
      'node:tls',
      'node:zlib',
    ],
  },
  {
    folder: 'src/adapters/git',
    holds: 'a bare mirror, restore by plumbing, create-only push',
    imports: RULES,
    packages: [
      'simple-git',
      'node:buffer',
      'node:child_process',
      'node:crypto',
      'node:diagnostics_channel',
      'node:fs/promises',
      'node:path',
      'node:url',
      'node:util',
      'node:zlib',
    ],
  },
  {
    folder: 'src/adapters/forges/github',
    holds: 'pull requests, commit statuses and checks at GitHub',
    imports: [...RULES, OPTIONS, 'src/adapters/forges/http'],
    packages: ['@octokit/auth-app', '@octokit/rest', 'zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/forges/gitea',
    holds: 'pull requests at Gitea and Forgejo, by plain requests',
    imports: [...RULES, OPTIONS, 'src/adapters/forges/http'],
    packages: ['zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/forges/gitlab',
    holds: 'merge requests, commit statuses and checks at GitLab',
    imports: [...RULES, OPTIONS, 'src/adapters/forges/http'],
    packages: ['zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/forges/http',
    holds: 'one request to a forge, what an answer means, and what a repository is called there',
    imports: RULES,
    packages: ['zod'],
  },
  { folder: 'src/adapters/forges/memory', holds: 'a forge that only remembers', imports: RULES, packages: ['zod', 'node:crypto'] },
  {
    folder: 'src/adapters/channels/slack',
    holds: 'cards at Slack, by a bot or an incoming webhook',
    imports: [...RULES, OPTIONS, 'src/adapters/channels/http'],
    packages: ['@slack/web-api', 'zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/channels/teams',
    holds: 'cards at Microsoft Teams, by a Workflows webhook',
    imports: [...RULES, 'src/adapters/channels/http'],
    packages: ['zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/channels/webhook',
    holds: 'signed events for programs: CloudEvents ([events.md](events.md))',
    imports: [...RULES, OPTIONS, 'src/adapters/channels/http'],
    packages: ['zod', 'node:buffer', 'node:crypto'],
  },
  {
    folder: 'src/adapters/channels/http',
    holds: 'one POST to an address, and what an answer means',
    imports: RULES,
    packages: [],
  },
  { folder: 'src/adapters/channels/memory', holds: 'a channel that only remembers', imports: RULES, packages: ['zod'] },
  {
    folder: 'src/adapters/ledgers/chain',
    holds: 'what every store writes: documents by their schemas, the hash chain, the export',
    imports: RULES,
    packages: ['zod', 'node:crypto', 'node:fs/promises'],
  },
  {
    folder: 'src/adapters/ledgers/sqlite',
    holds: 'SQLite: inbox, migrations, backup',
    imports: [...RULES, 'src/adapters/ledgers/chain'],
    packages: ['zod', 'node:fs', 'node:fs/promises', 'node:path', 'node:sqlite', 'node:timers/promises', 'node:url', 'node:worker_threads'],
  },
  {
    folder: 'src/adapters/ledgers/postgres',
    holds: 'PostgreSQL: leaders by number, migrations, inbox ([why](decisions/postgresql.md))',
    imports: [...RULES, OPTIONS, 'src/adapters/ledgers/chain'],
    packages: ['pg', 'zod', 'node:async_hooks', 'node:buffer', 'node:crypto', 'node:os', 'node:tls'],
  },
  {
    folder: 'src/adapters/ledgers/memory',
    holds: 'a ledger that is forgotten with the process',
    imports: [...RULES, 'src/adapters/ledgers/chain'],
    packages: ['zod'],
  },
  {
    folder: 'src/adapters/signing',
    holds: 'what an auditor checks without Kedge: signed checkpoints of the chain ([signed-ledger.md](signed-ledger.md))',
    imports: RULES,
    packages: ['node:buffer', 'node:crypto', 'node:fs/promises', 'node:path'],
  },
  {
    folder: 'src/adapters/replay',
    holds: 'a recording, its repository and its virtual clock',
    imports: RULES,
    packages: ['zod', 'node:child_process', 'node:fs/promises', 'node:path', 'node:util'],
  },
  {
    folder: 'src/adapters/registries',
    holds: 'what images say of the commit they were built from, read from registries that are named',
    imports: [...RULES, OPTIONS],
    packages: ['undici', 'node:crypto'],
  },
  {
    folder: 'src/adapters/renderers/argocd',
    holds: "what Applications render, by Argo CD's own API",
    imports: [...RULES, OPTIONS],
    packages: ['undici', 'zod', 'node:crypto', 'node:timers/promises'],
  },
  {
    folder: 'src/adapters/renderers/directory',
    holds: 'what plain folders render, from the repository alone',
    imports: RULES,
    packages: ['yaml', 'zod', 'node:crypto', 'node:timers/promises'],
  },
  { folder: 'src/adapters/renderers/memory', holds: 'a renderer that answers what it was told', imports: RULES, packages: ['zod'] },
  { folder: 'src/adapters/renderers/recorded', holds: 'recordings', imports: RULES, packages: ['zod', 'node:crypto', 'node:fs/promises'] },
  {
    folder: 'src/adapters/alerts/alertmanager',
    holds: 'what fires, by Alertmanager ([after-promotion.md](after-promotion.md))',
    imports: [...RULES, OPTIONS, 'src/adapters/alerts/http'],
    packages: ['zod', 'node:buffer', 'node:crypto'],
  },
  {
    folder: 'src/adapters/alerts/prometheus',
    holds: 'what fires and has fired, by Prometheus',
    imports: [...RULES, OPTIONS, 'src/adapters/alerts/http'],
    packages: ['zod', 'node:crypto'],
  },
  {
    folder: 'src/adapters/alerts/http',
    holds: 'one question to a server of alerts, and what its texts mean',
    imports: [...RULES, OPTIONS],
    packages: ['undici', 'zod', 'node:buffer'],
  },
  { folder: 'src/adapters/alerts/memory', holds: 'alerts that somebody says', imports: RULES, packages: [] },
  {
    folder: 'src/adapters/otlp',
    holds: 'traces, when they are asked for ([metrics.md](metrics.md#traces))',
    imports: RULES,
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
      'node:async_hooks',
    ],
  },
  { folder: 'src/adapters/system', holds: "this machine's clock and log", imports: RULES, packages: ['pino'] },
]
