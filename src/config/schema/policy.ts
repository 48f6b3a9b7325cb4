import { z } from 'zod'
import { MAX_BAKE_MINUTES } from '../../domain/policy/annotations.ts'
import { DEFAULT_POLICY, type AnnounceWay } from '../../domain/policy/policy.ts'
import type { Cause } from '../../domain/release/evidence.ts'
import { path } from '../../options/file.ts'
import { OLD_ALLOW, OLD_CHOICE } from '../old-keys.ts'
import { channel, globs, mode, repositoryPattern, reviewer, time, word } from './words.ts'

// What Kedge may do, and for which Rollouts.

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
  'slo-burn',
  'unknown',
] as const satisfies readonly Cause[]

const days = z
  .number()
  .min(0)
  .max(365)
  .describe('For how many days a version that failed is in quarantine: what brings it back gets a red commit status. `0`: never.')
const ANNOUNCE_WAYS = ['status', 'comment', 'deployment'] as const satisfies readonly AnnounceWay[]

const choice = {
  mode: mode.optional().describe('`observe` only looks and lists, `notify` also tells people, `pr` also opens a revert pull request.'),
  causes: z.array(z.enum(CAUSES)).optional().describe('Causes of failure that open a PR in mode `pr`. All others: a notice only.'),
  proof: z
    .enum(['any', 'rendered'])
    .optional()
    .describe(
      'What a revert PR must be proven by. `any`: by rendering where that can be had, else by files. `rendered`: by rendering alone.',
    ),
  channel: channel
    .optional()
    .describe('Channel that is told. Without one, nobody is. With several `channels`: `name:#channel`; without a name, the first.'),
  alsoTell: z
    .array(channel)
    .max(5)
    .optional()
    .describe('More channels that are told, each by itself. No annotation changes them. An entry with one place is named by its name.'),
  announce: z
    .array(z.enum(ANNOUNCE_WAYS))
    .max(ANNOUNCE_WAYS.length)
    .optional()
    .describe(
      'Where the forge says how a failed release fares: `status`, a commit status `kedge/release` on its commit; `comment`, one on the ' +
        'pull request that brought it; `deployment`, from its beginning on, a deployment of the forge in an environment of its own, ' +
        'where it has any. Nothing said: status and comment in mode `pr`, nothing in mode `notify`. `[]`: nothing.',
    ),
  deploymentEnvironment: z
    .string()
    .max(255)
    .regex(/^[\w{](?:[\w{}/. -]*[\w}])?$/, 'may have letters, digits, `_`, `-`, `.`, `/` and blanks, and no `/` at either end')
    .refine(
      (name) => !/[{}]/.test(name.replace(/\{(?:cluster|namespace|rollout)\}/g, '')),
      'may have {cluster}, {namespace} and {rollout}, and no other braces',
    )
    .optional()
    .describe('What the environments of deployments are called: `{cluster}`, `{namespace}` and `{rollout}` stand for a Rollout’s own.'),
  ...OLD_CHOICE,
  reviewers: z.array(reviewer).max(15).optional().describe('Logins (`ada`) and teams (`acme/platform`) that are asked to review the PR.'),
  labels: z.array(z.string().min(1).max(50)).max(20).optional().describe('Labels of the PR.'),
  irreversible: z
    .array(path)
    .optional()
    .describe('Globs of files, from the root of the repository. A release that touches one is never reverted by itself.'),
  settleSeconds: z.number().min(0).max(3_600).optional().describe('How long a failure must hold before anything is done.'),
  restoreDeadlineMinutes: z
    .number()
    .positive()
    .max(10_080)
    .optional()
    .describe('How long after a merge N may take to come back before people are told.'),
  quarantine: z
    .strictObject({
      days: days.optional(),
    })
    .optional()
    .describe('What failed is to stay out: see [quarantine](quarantine.md).'),
  bakeMinutes: z
    .number()
    .min(0)
    .max(MAX_BAKE_MINUTES)
    .optional()
    .describe('For how long after its promotion an alert may name a release: see [after promotion](after-promotion.md). `0`: never.'),
  flags: z
    .array(path)
    .max(50)
    .optional()
    .describe(
      'Globs of files, from the root of the repository, that hold nothing but feature flags (`flags/**`, `**/flagd.json`). A sync that ' +
        'changes them alone is a release that an alert may name: see [after promotion](after-promotion.md#flags).',
    ),
  inStorms: z
    .boolean()
    .optional()
    .describe('Whether failures that have one cause are told on one card, and their PRs held: see `storms`. `false`: each for itself.'),
}

// Not `.default()`: a value that nobody wrote is `built-in`, not `defaults`, when people ask where it comes from.
export const defaults = z.strictObject({
  ...choice,
  mode: choice.mode.meta({ default: DEFAULT_POLICY.mode }),
  causes: choice.causes.meta({ default: DEFAULT_POLICY.prCauses }),
  proof: choice.proof.meta({ default: DEFAULT_POLICY.proof }),
  labels: choice.labels.meta({ default: DEFAULT_POLICY.labels }),
  deploymentEnvironment: choice.deploymentEnvironment.meta({ default: DEFAULT_POLICY.deploymentEnvironment }),
  quarantine: z
    .strictObject({ days: days.optional().meta({ default: DEFAULT_POLICY.quarantineMs / 86_400_000 }) })
    .optional()
    .describe('What failed is to stay out: see [quarantine](quarantine.md).'),
  bakeMinutes: choice.bakeMinutes.meta({ default: DEFAULT_POLICY.bakeMs / 60_000 }),
  inStorms: choice.inStorms.meta({ default: DEFAULT_POLICY.inStorms }),
  settleSeconds: choice.settleSeconds.meta({ default: DEFAULT_POLICY.settleMs / 1_000 }),
  restoreDeadlineMinutes: choice.restoreDeadlineMinutes.meta({ default: DEFAULT_POLICY.restoreDeadlineMs / 60_000 }),
})

const match = z.strictObject({
  cluster: globs.optional().describe('Name of the cluster, as `clusters` gives it. Glob or list of globs.'),
  namespace: globs.optional().describe('Namespace of the Rollout. Glob or list of globs.'),
  name: globs.optional().describe('Name of the Rollout. Glob or list of globs.'),
  project: globs.optional().describe('AppProject of the Application. Glob or list of globs.'),
  labels: z
    .record(word, z.string().max(253))
    .optional()
    .describe('Labels and globs for their values; each must be on the Rollout or on its Application.'),
})

export const allow = z.strictObject({
  repositories: z
    .array(repositoryPattern)
    .default([])
    .describe('Repositories that Kedge may read and open PRs in. Credentials go nowhere else.'),
  channels: z.array(word).default([]).describe('Channels that the annotation `kedge.dev/channel` may choose. Globs.'),
  ...OLD_ALLOW,
  reviewers: z
    .array(word)
    .default([])
    .describe('Logins and teams that the annotation `kedge.dev/reviewers` may name. Globs; `*` for anybody.'),
  maxMode: mode
    .default('observe')
    .describe('Highest mode that the annotation `kedge.dev/mode` may choose. It may always choose a lower one than the rules.'),
})

export const rule = z.strictObject({
  match: match.default({}).describe('Which Rollouts. All that is said must hold; nothing said matches all.'),
  set: z.strictObject(choice).describe('What holds for them. Same keys as `defaults`.'),
})

export const muteWindow = z.strictObject({
  from: time.describe('Begin, with a zone: `2026-12-24T18:00:00Z`.'),
  to: time.describe('End. What failed in between is told and done after it, if it still holds.'),
  match: match.default({}).describe('Which Rollouts; as in `rules`.'),
})

export const limits = z.strictObject({
  openPerRollout: z.int().min(1).max(100).default(DEFAULT_POLICY.limits.openPerRollout).describe('Open revert PRs for one Rollout.'),
  openPerRepository: z
    .int()
    .min(1)
    .max(1_000)
    .default(DEFAULT_POLICY.limits.openPerRepository)
    .describe('Open revert PRs in one repository.'),
  openedPerHour: z
    .int()
    .min(1)
    .max(10_000)
    .default(DEFAULT_POLICY.limits.openedPerHour)
    .describe('Revert PRs opened in one hour, over all repositories.'),
})

export const storms = z.strictObject({
  holdFrom: z
    .int()
    .min(2)
    .max(10_000)
    .default(DEFAULT_POLICY.storms.holdFrom)
    .describe('From how many Rollouts of mode `pr` on their PRs are held, until a person releases them or the cause has passed.'),
  withinMinutes: z
    .number()
    .positive()
    .max(1_440)
    .default(DEFAULT_POLICY.storms.withinMs / 60_000)
    .describe('How long after one failure another of the same cause belongs to it.'),
})
