import { alertmanager } from './adapters/alerts/alertmanager/manifest.ts'
import { prometheus } from './adapters/alerts/prometheus/manifest.ts'
import { slack } from './adapters/channels/slack/manifest.ts'
import { teams } from './adapters/channels/teams/manifest.ts'
import { webhook } from './adapters/channels/webhook/manifest.ts'
import { gitea } from './adapters/forges/gitea/manifest.ts'
import { github } from './adapters/forges/github/manifest.ts'
import { gitlab } from './adapters/forges/gitlab/manifest.ts'
import { postgres } from './adapters/ledgers/postgres/manifest.ts'
import { sqlite } from './adapters/ledgers/sqlite/manifest.ts'
import { argocd } from './adapters/renderers/argocd/manifest.ts'
import { directory } from './adapters/renderers/directory/manifest.ts'
import type { Registry } from './ports/manifest.ts'

/** Which forges, channels, renderers, ledgers and servers of alerts there are: one line each. */
export const registry: Registry = {
  forges: [github, gitea, gitlab],
  channels: [slack, teams, webhook],
  renderers: [directory, argocd],
  ledgers: [sqlite, postgres],
  alerts: [alertmanager, prometheus],
}
