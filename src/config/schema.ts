import { z } from 'zod'
import type { Cause } from '../domain/evidence.ts'
import { isReviewer, MODES } from '../domain/policy-annotations.ts'
import { isChannelName, isRepositoryPattern } from '../domain/policy-allow.ts'
import { DEFAULT_POLICY } from '../domain/policy.ts'
import { parseRfc3339 } from '../domain/rfc3339.ts'
import { isMappingPath } from './mapping-path.ts'

// Every key has a description and every default stands here: the JSON Schema, the table in docs/configuration.md and the values at
// run time all come from this file. It describes what is written (`io: 'input'`); `settings.ts` makes what the program uses of it.

const CAUSES = [
  'analysis-failed',
  'analysis-error',
  'analysis-inconclusive',
  'human-abort',
  'progress-deadline',
  'stuck',
  'first-deploy',
  'invalid-spec',
  'plugin-step',
  'unknown',
] as const satisfies readonly Cause[]

const mode = z.enum(MODES as ['observe', 'notify', 'pr'])
const word = z.string().min(1).max(253)
const globs = z.union([word, z.array(word).min(1)])
const path = z.string().min(1).max(4_096)
const port = z.int().min(0).max(65_535)
const time = z.string().refine((text) => parseRfc3339(text) !== undefined, 'must be a time with a zone, such as 2026-12-24T18:00:00Z')
const channel = z.string().refine(isChannelName, 'must be the name or id of one channel, such as #releases')
const reviewer = z.string().refine(isReviewer, 'must be a login (ada) or a team (acme/platform)')
const webUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
const mappingPath = z.string().refine(isMappingPath, 'must be a JSONPath without filters and scripts, such as $.app.metadata.name')
const repositoryPattern = z
  .string()
  .refine(isRepositoryPattern, 'must be host and path, such as https://github.com/acme/* (the host in full, * within one part of the path, ** for several)')
/** A Kubernetes name (RFC 1123); a cluster's is in keys and branch names, so it holds no slash either. */
const name = z.string().regex(/^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/, 'must be lower-case letters, digits, - and .')

const choice = {
  mode: mode.optional().describe('`observe` only looks and lists, `notify` also tells people, `pr` also opens a revert pull request.'),
  causes: z.array(z.enum(CAUSES)).optional().describe('Causes of failure that open a PR in mode `pr`. All others: a notice only.'),
  slackChannel: channel.optional().describe('Channel that is told. Without one, nobody is.'),
  reviewers: z.array(reviewer).max(15).optional().describe('Logins (`ada`) and teams (`acme/platform`) that are asked to review the PR.'),
  labels: z.array(z.string().min(1).max(50)).max(20).optional().describe('Labels of the PR.'),
  irreversible: z.array(path).optional().describe('Globs of files, from the root of the repository. A release that touches one is never reverted by itself.'),
  settleSeconds: z.number().min(0).max(3_600).optional().describe('How long a failure must hold before anything is done.'),
  restoreDeadlineMinutes: z.number().positive().max(10_080).optional().describe('How long after a merge N may take to come back before people are told.'),
}

// Not `.default()`: a value that nobody wrote is `built-in`, not `defaults`, when people ask where it comes from.
const defaults = z.strictObject({
  ...choice,
  mode: choice.mode.meta({ default: DEFAULT_POLICY.mode }),
  causes: choice.causes.meta({ default: DEFAULT_POLICY.prCauses }),
  labels: choice.labels.meta({ default: DEFAULT_POLICY.labels }),
  settleSeconds: choice.settleSeconds.meta({ default: DEFAULT_POLICY.settleMs / 1_000 }),
  restoreDeadlineMinutes: choice.restoreDeadlineMinutes.meta({ default: DEFAULT_POLICY.restoreDeadlineMs / 60_000 }),
})

const match = z.strictObject({
  cluster: globs.optional().describe('Name of the cluster, as `clusters` gives it. Glob or list of globs.'),
  namespace: globs.optional().describe('Namespace of the Rollout. Glob or list of globs.'),
  name: globs.optional().describe('Name of the Rollout. Glob or list of globs.'),
  project: globs.optional().describe('AppProject of the Application. Glob or list of globs.'),
  labels: z.record(word, z.string().max(253)).optional().describe('Labels and globs for their values; each must be on the Rollout or on its Application.'),
})

const allow = z.strictObject({
  repositories: z.array(repositoryPattern).default([]).describe('Repositories that Kedge may read and open PRs in. Credentials go nowhere else.'),
  slackChannels: z.array(word).default([]).describe('Channels that the annotation `kedge.dev/slack-channel` may choose. Globs.'),
  reviewers: z.array(word).default([]).describe('Logins and teams that the annotation `kedge.dev/reviewers` may name. Globs; `*` for anybody.'),
  maxMode: mode.default('observe').describe('Highest mode that the annotation `kedge.dev/mode` may choose. It may always choose a lower one than the rules.'),
})

const rule = z.strictObject({
  match: match.default({}).describe('Which Rollouts. All that is said must hold; nothing said matches all.'),
  set: z.strictObject(choice).describe('What holds for them. Same keys as `defaults`.'),
})

const muteWindow = z.strictObject({
  from: time.describe('Begin, with a zone: `2026-12-24T18:00:00Z`.'),
  to: time.describe('End. What failed in between is told and done after it, if it still holds.'),
  match: match.default({}).describe('Which Rollouts; as in `rules`.'),
})

const limits = z.strictObject({
  openPerRollout: z.int().min(1).max(100).default(DEFAULT_POLICY.limits.openPerRollout).describe('Open revert PRs for one Rollout.'),
  openPerRepository: z.int().min(1).max(1_000).default(DEFAULT_POLICY.limits.openPerRepository).describe('Open revert PRs in one repository.'),
  openedPerHour: z.int().min(1).max(10_000).default(DEFAULT_POLICY.limits.openedPerHour).describe('Revert PRs opened in one hour, over all repositories.'),
})

const git = z.strictObject({
  timeoutSeconds: z.number().positive().max(86_400).default(600).describe('How long one Git process may take. The first fetch of a repository is one.'),
  allowPlainHttp: z.boolean().default(false).describe('Lets tokens travel in clear to hosts other than loopback.'),
  checkObjects: z.boolean().default(true).describe('Refuses malformed objects. Some old repositories hold some, for ever.'),
  caFile: path.optional().describe('Certificates, in PEM, of a private authority that Git trusts besides its own.'),
})

const githubApp = z.strictObject({
  id: z.union([z.int().positive(), word]).optional().describe('App id or client id.'),
  idFile: path.optional().describe('File with it: key `githubAppID` of an Argo CD repository Secret.'),
  installationId: z.int().positive().optional().describe('Installation id. Without it, the installation is looked up for each repository.'),
  installationIdFile: path.optional().describe('File with it: key `githubAppInstallationID`.'),
  privateKeyFile: path.optional().describe('File with the private key in PEM: key `githubAppPrivateKey`.'),
})

const github = z.strictObject({
  apiBaseUrl: webUrl.default('https://api.github.com').describe('`https://HOST/api/v3` for GitHub Enterprise.'),
  host: word.optional().describe('Host of clone URLs, with its port where it has one. Taken from `apiBaseUrl` where nothing is said.'),
  app: githubApp.optional().describe('Signs in as a GitHub App (own rate limit, own name).'),
  tokenFile: path.optional().describe('File with a token, where there is no App.'),
  webhook: z.strictObject({ secretFile: path.optional().describe('File with the secret of the GitHub webhook.') }).prefault({}).describe('Events from GitHub, at `/webhooks/github`.'),
})

const slack = z.strictObject({
  tokenFile: path.optional().describe('File with a bot token (`chat:write`): one card per release, kept up to date.'),
  webhookUrlFile: path.optional().describe('File with the URL of an incoming webhook: one message for each change, in the channel it was made for.'),
  apiUrl: webUrl.optional().describe('Another address for the Slack API, such as a proxy.'),
})

const cluster = z.strictObject({
  name: name.describe('Name in keys, the ledger, notices and metrics. Never change it: releases are known by it.'),
  inCluster: z.boolean().default(false).describe('Uses the ServiceAccount of the pod.'),
  kubeconfig: path.optional().describe('Kubeconfig file. Without it and without `inCluster`: `KUBECONFIG`, then `~/.kube/config`, then the pod.'),
  context: word.optional().describe('Context of the kubeconfig; its current one where nothing is said.'),
  namespaces: z.array(name).min(1).optional().describe('Namespaces with Rollouts. All where nothing is said.'),
  destinations: z.array(word).default([]).describe('How Argo CD names this cluster: `destination.server` or `destination.name` of its Applications. Its own names for the cluster that it runs in are known.'),
})

const argocdWebhook = z.strictObject({
  secretFile: path.optional().describe('File with the shared secret that the sender puts into `Authorization: Bearer`.'),
  fields: z
    .strictObject({
      application: mappingPath.default('$.application').describe('JSONPath of the Application\'s name.'),
      applicationNamespace: mappingPath.default('$.applicationNamespace').describe('JSONPath of its namespace.'),
      rollout: mappingPath.default('$.rollout').describe('JSONPath of the Rollout\'s name.'),
      rolloutNamespace: mappingPath.default('$.rolloutNamespace').describe('JSONPath of its namespace.'),
      cluster: mappingPath.default('$.cluster').describe('JSONPath of the cluster\'s name, as `clusters` gives it.'),
    })
    .prefault({})
    .describe('Where the JSON of the sender has its names. What is not there is passed over.'),
})

const argocd = z.strictObject({
  cluster: name.optional().describe('Cluster of Argo CD, by its name in `clusters`. The first where nothing is said.'),
  namespaces: z.array(name).min(1).optional().describe('Namespaces with Applications. All where nothing is said.'),
  url: webUrl.optional().describe('Address of Argo CD\'s page, for links.'),
  webhook: argocdWebhook.prefault({}).describe('Hints from argocd-notifications, at `/webhooks/argocd`.'),
})

const link = z.strictObject({
  text: z.string().min(1).max(60).describe('What people see.'),
  url: webUrl.describe('Address; `{cluster}`, `{namespace}`, `{rollout}` and `{podTemplateHash}` are filled in.'),
})

const server = z.strictObject({
  api: z
    .strictObject({
      host: word.default('127.0.0.1').describe('Address to listen on; `0.0.0.0` in a pod.'),
      port: port.default(8_080).describe('Port; 0 takes a free one.'),
      adminTokenFile: path.optional().describe('File with the token that may adopt releases from elsewhere than this machine.'),
    })
    .prefault({})
    .describe('Page, API, probes and metrics.'),
  webhooks: z
    .strictObject({
      host: word.default('127.0.0.1').describe('Address to listen on.'),
      port: port.default(8_081).describe('Port; 0 takes a free one.'),
      maxBodyBytes: z.int().min(1_024).max(26_214_400).default(1_048_576).describe('Bytes that one delivery may have. GitHub itself stops at 25 MB.'),
    })
    .prefault({})
    .describe('The only listener that needs to be reached from outside.'),
})

/** One configuration file, as it is written. */
export const ConfigFile = z
  .strictObject({
    apiVersion: z.literal('kedge/v1').describe('Version of this format.'),
    defaults: defaults.prefault({}).describe('What holds for every Rollout.'),
    allow: allow.prefault({}).describe('What annotations and Applications may reach.'),
    rules: z.array(rule).default([]).describe('Exceptions to `defaults`. All that match are applied in order; a later one wins.'),
    mute: z.array(muteWindow).default([]).describe('Times without PRs and notices.'),
    bots: z.array(word).default([...DEFAULT_POLICY.bots]).describe('Parts of names or email addresses of committers that are not people.'),
    limits: limits.prefault({}).describe('Circuit breaker: beyond these, a notice only.'),
    git: git.prefault({}).describe('How Git is run.'),
    github: github.optional().describe('The forge. Needed for mode `pr`.'),
    slack: slack.optional().describe('The channel. Needed to tell people.'),
    clusters: z.array(cluster).min(1).prefault([{ name: 'in-cluster' }]).describe('Clusters with Rollouts. Where nothing is said: one named `in-cluster`, the pod or the current context of the kubeconfig.'),
    argocd: argocd.prefault({}).describe('Where the Applications are.'),
    links: z.array(link).max(5).default([]).describe('Links on cards and pages, such as to a dashboard.'),
    server: server.prefault({}).describe('The two listeners.'),
    ledger: z.strictObject({ path: path.default('.kedge/ledger.db').describe('File on a local disk or block volume, never NFS.') }).prefault({}).describe('The journal.'),
    mirrors: z.strictObject({ path: path.default('.kedge/mirrors').describe('Folder of Kedge\'s own; can be deleted at any time.') }).prefault({}).describe('Bare copies of the repositories.'),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level that is written.') }).prefault({}).describe('The log.'),
  })
  .describe('Configuration of Kedge')

export type ConfigFile = z.output<typeof ConfigFile>

/** The JSON Schema (draft 7) of the file, for editors and for Helm. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(ConfigFile, { io: 'input', target: 'draft-7' })
}
