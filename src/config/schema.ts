import { z } from 'zod'
import { DEFAULT_POLICY } from '../domain/policy/policy.ts'
import { argocd, cluster, git, github, link, server, slack, tracing } from './schema/connections.ts'
import { allow, defaults, limits, muteWindow, rule } from './schema/policy.ts'
import { path, word } from './schema/words.ts'

// Every key has a description, and every default stands in the schema: the JSON Schema, the table in
// docs/configuration.md and the values at run time all come from it. It describes what is written (`io: 'input'`);
// `settings.ts` makes what the program uses of it.

/** One configuration file, as it is written. */
export const ConfigFile = z
  .strictObject({
    apiVersion: z.literal('kedge/v1').describe('Version of this format.'),
    defaults: defaults.prefault({}).describe('What holds for every Rollout.'),
    allow: allow.prefault({}).describe('What annotations and Applications may reach.'),
    rules: z.array(rule).default([]).describe('Exceptions to `defaults`. All that match are applied in order; a later one wins.'),
    mute: z.array(muteWindow).default([]).describe('Times without PRs and notices.'),
    bots: z
      .array(word)
      .default([...DEFAULT_POLICY.bots])
      .describe('Parts of names or email addresses of committers that are not people.'),
    limits: limits.prefault({}).describe('Circuit breaker: beyond these, a notice only.'),
    git: git.prefault({}).describe('How Git is run.'),
    github: github.optional().describe('The forge. Needed for mode `pr`.'),
    slack: slack.optional().describe('The channel. Needed to tell people.'),
    clusters: z
      .array(cluster)
      .min(1)
      .prefault([{ name: 'in-cluster' }])
      .describe('Clusters with Rollouts. Where nothing is said: one, `in-cluster`, that the pod or the kubeconfig leads to.'),
    argocd: argocd.prefault({}).describe('Where the Applications are.'),
    links: z.array(link).max(5).default([]).describe('Links on cards and pages, such as to a dashboard.'),
    server: server.prefault({}).describe('The two listeners.'),
    ledger: z
      .strictObject({
        path: path.default('.kedge/ledger.db').describe('File on a local disk or block volume, never NFS.'),
      })
      .prefault({})
      .describe('The journal.'),
    mirrors: z
      .strictObject({
        path: path.default('.kedge/mirrors').describe("Folder of Kedge's own; can be deleted at any time."),
      })
      .prefault({})
      .describe('Bare copies of the repositories.'),
    log: z
      .strictObject({
        level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level that is written.'),
      })
      .prefault({})
      .describe('The log.'),
    tracing: tracing.optional().describe('OpenTelemetry traces. Without it, none.'),
  })
  .describe('Configuration of Kedge')

export type ConfigFile = z.output<typeof ConfigFile>

/** The JSON Schema (draft 7) of the file, for editors and for Helm. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(ConfigFile, { io: 'input', target: 'draft-7' })
}
