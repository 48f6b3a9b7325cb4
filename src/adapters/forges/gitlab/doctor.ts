import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { parseDay } from '../../../domain/words/rfc3339.ts'
import { fail, failure, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { ForgeLook, ForgeReport } from '../../../ports/manifest.ts'
import type { RestClient } from '../http/client.ts'
import { readable } from '../http/refusal.ts'
import { describeRepository } from '../http/repository-path.ts'
import { createGitLabClient, type GitLabHost } from './forges.ts'
import { parseProject } from './project.ts'

const Access = z.object({ access_level: z.number() }).nullish()
const Project = z.object({
  archived: z.boolean().nullish(),
  merge_method: z.string().nullish(),
  merge_requests_enabled: z.boolean().nullish(),
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
  permissions: z.object({ project_access: Access, group_access: Access }).nullish(),
})
type Project = z.infer<typeof Project>
const Token = z.object({ scopes: z.array(z.string()), expires_at: z.string().nullish() })
const Branch = z.object({ protected: z.boolean(), can_push: z.boolean().nullish() })
const PushRule = z.object({
  reject_unsigned_commits: z.boolean().nullish(),
  reject_non_dco_commits: z.boolean().nullish(),
  commit_committer_check: z.boolean().nullish(),
  member_check: z.boolean().nullish(),
  commit_message_regex: z.string().nullish(),
  commit_message_negative_regex: z.string().nullish(),
  branch_name_regex: z.string().nullish(),
  author_email_regex: z.string().nullish(),
})
const Rules = z.array(z.object({ approvals_required: z.number().nullish() }))

/** Who may push branches and open merge requests (docs, "Roles and permissions"). */
const DEVELOPER = 30
const TIMEOUT_MS = 15_000
const DAY_MS = 86_400_000
const SOON_DAYS = 14

/** Whether merge requests can be opened in a project and merged, as far as this token may see. Writes nothing. */
export async function examineProject(host: GitLabHost, look: ForgeLook): Promise<ForgeReport> {
  const { subject, repoURL } = look
  const clock: { theirs?: number } = {}
  const project = parseProject(repoURL, host)
  if (!project) {
    const fault = new KedgeError('E_FORGE_UNSUPPORTED', `${describeRepository(repoURL)} is no group/project`)
    return { findings: [failure(subject, fault)], serverTime: undefined }
  }
  const client = createGitLabClient({ ...host, now: look.now, timeoutMs: TIMEOUT_MS }, { onDate: (theirs) => (clock.theirs = theirs) })
  try {
    const found = await client.ask({ method: 'GET', path: project.path }, Project)
    const findings = [
      ...checkWritable(subject, found),
      ...(await checkToken(client, look)),
      ...(look.deployments ? await checkDeployments(client, project.path, look) : []),
      ...(await checkBranch(client, project.path, look)),
      ...(await checkPushRules(client, project.path, look)),
      ...(await checkApprovals(client, project.path, { subject, found })),
    ]
    return { findings, serverTime: clock.theirs }
  } catch (fault) {
    return { findings: [failure(subject, fault)], serverTime: clock.theirs }
  }
}

function checkWritable(subject: string, found: Project): readonly Finding[] {
  if (found.archived)
    return [fail(subject, 'is archived: nothing can be pushed to it', 'Point the Application at the project that took its place.')]
  if (found.merge_requests_enabled === false)
    return [fail(subject, 'has merge requests switched off', 'Switch them on: Settings, General, Visibility.')]
  const { permissions } = found
  const level = Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0)
  // An administrator's token has no role of its own: nothing is known then.
  if (level > 0 && level < DEVELOPER)
    return [
      fail(
        subject,
        'may be read and not written: no branch can be pushed and no merge request opened',
        'Give the account of the token the role Developer in this project.',
      ),
    ]
  return [
    ok(
      subject,
      found.merge_method ? `may be written; merge requests are merged by ${plainText(found.merge_method, 40)}` : 'may be written',
    ),
  ]
}

async function checkToken(client: RestClient, { subject, now }: ForgeLook): Promise<readonly Finding[]> {
  const token = await readable(client.ask({ method: 'GET', path: '/personal_access_tokens/self' }, Token))
  if (!token) return []
  if (!token.scopes.includes('api'))
    return [
      fail(
        subject,
        `the token has the scopes ${plainText(token.scopes.join(', '), 200)}, which open no merge request`,
        'Make a token with the scope api.',
      ),
    ]
  // A day, and no time: the token ends as that day begins, in UTC (docs, "Personal access tokens").
  const endsAt = parseDay(token.expires_at ?? '')
  return endsAt !== undefined && Math.floor((endsAt - now()) / DAY_MS) < SOON_DAYS
    ? [warn(subject, `the token expires on ${plainText(token.expires_at ?? '', 20)}`, 'Make a new one, and put it into its file.')]
    : []
}

/** Who may read them and has the role above may write them, too, unless the environment is protected. */
async function checkDeployments(client: RestClient, path: string, { subject }: ForgeLook): Promise<readonly Finding[]> {
  const list = client.ask({ method: 'GET', path: `${path}/deployments`, query: { per_page: '1' } }, z.array(z.unknown()))
  if ((await readable(list)) !== undefined) return [ok(subject, 'its deployments may be read')]
  const advice = 'Switch environments on: Settings, General, Visibility; or take `deployment` out of `announce`.'
  return [warn(subject, 'its deployments may not be read, and `announce` asks for them', advice)]
}

async function checkBranch(client: RestClient, path: string, { subject, branch }: ForgeLook): Promise<readonly Finding[]> {
  if (branch === 'HEAD') return []
  const found = await readable(client.ask({ method: 'GET', path: `${path}/repository/branches/${encodeURIComponent(branch)}` }, Branch))
  if (!found) return []
  const canPush = found.can_push === true
  if (found.protected && !canPush) return [ok(subject, `branch ${branch} is protected`)]
  return [
    warn(
      subject,
      found.protected
        ? `branch ${branch} is protected, but Kedge’s account may push to it, though Kedge never does`
        : `branch ${branch} is not protected: whoever has Kedge’s token could push to it, though Kedge never does`,
      'Protect it, and let nobody with the role Developer push to it: Settings, Repository, Protected branches.',
    ),
  ]
}

const BY_API = 'Let GitLab commit: `commits: { via: api }` of this forge.'
const WEB_COMMITS = 'It signs where web commit signing is on: docs/installation.md, “Commits that the forge signs”.'

/** What the server refuses a push for, where this account may see it (paid plans). */
async function checkPushRules(client: RestClient, path: string, { subject, commits }: ForgeLook): Promise<readonly Finding[]> {
  const rules = await readable(client.ask({ method: 'GET', path: `${path}/push_rule` }, PushRule.nullable()))
  if (!rules) return []
  const advice = 'Make an exception for the branches kedge/revert/*, or for the account of the token: docs/installation.md, “GitLab”.'
  const { via, signOff, author } = commits
  const byAccount = 'Set `commits.author` to the name and the address of the account of the token.'
  const asked: readonly (readonly [boolean | null | undefined, string, string])[] = [
    via === 'api'
      ? [rules.reject_unsigned_commits, 'only signed commits: GitLab has to sign those that it makes for Kedge', WEB_COMMITS]
      : [rules.reject_unsigned_commits, 'only signed commits, and Kedge’s are not signed', `${BY_API} ${WEB_COMMITS}`],
    [rules.reject_non_dco_commits && !signOff, 'a Signed-off-by line, and Kedge’s commits have none', 'Set `commits.signOff: true`.'],
    [rules.commit_committer_check && via === 'push' && !author, 'that the committer is the account that pushes', byAccount],
    [rules.member_check && via === 'push' && !author, 'that the author is a user of GitLab', byAccount],
  ]
  const patterns: readonly (readonly [string | null | undefined, string])[] = [
    [rules.commit_message_regex, 'commit messages that fit'],
    [rules.commit_message_negative_regex, 'no commit messages that fit'],
    [rules.branch_name_regex, 'branches that fit'],
    [rules.author_email_regex, 'addresses of authors that fit'],
  ]
  return [
    ...asked.flatMap(([isSet, words, how]) => (isSet === true ? [warn(subject, `push rules ask for ${words}`, how)] : [])),
    // Not tried out here: a pattern of theirs could keep Kedge busy for ever.
    ...patterns.flatMap(([pattern, words]) =>
      pattern ? [warn(subject, `push rules ask for ${words} ${JSON.stringify(plainText(pattern, 120))}`, advice)] : [],
    ),
  ]
}

async function checkApprovals(
  client: RestClient,
  path: string,
  { subject, found }: { subject: string; found: Project },
): Promise<readonly Finding[]> {
  const rules = (await readable(client.ask({ method: 'GET', path: `${path}/approval_rules` }, Rules))) ?? []
  const most = Math.max(0, ...rules.map((rule) => rule.approvals_required ?? 0))
  return [
    ...(most > 0 ? [ok(subject, `merge requests need approval, of a rule by ${most} at most`)] : []),
    ...(found.only_allow_merge_if_pipeline_succeeds
      ? [ok(subject, 'merge requests need a pipeline that succeeds: a red status of Kedge keeps one from being merged')]
      : []),
  ]
}
