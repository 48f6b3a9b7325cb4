import { expect, it } from 'vitest'
import { examineProject } from '../../../../src/adapters/forges/gitlab/doctor.ts'
import { type CommitRules, DEFAULT_COMMITS } from '../../../../src/domain/revert/commit-rules.ts'
import { useOnlyNock } from '../../only-nock.ts'
import { edge, NOW, PROJECT, REPOSITORY, TOKEN } from './gitlab-edge.ts'

useOnlyNock()

interface Answers {
  project?: Record<string, unknown>
  token?: Record<string, unknown>
  branch?: Record<string, unknown>
  pushRule?: unknown
  rules?: unknown
  commits?: Partial<CommitRules>
  /** Asked for only where this is said. */
  deployments?: unknown
}

/** What the doctor says of a project that answers so; what is not said is not there to be seen. */
async function examine(
  { project = {}, token, branch, pushRule, rules, commits, deployments }: Answers,
  times = { date: new Date(NOW).toUTCString() },
) {
  const answer = (path: string, body: unknown) =>
    body === undefined
      ? edge().get(path).reply(404, { message: '404 Not Found' })
      : edge()
          .get(path)
          .reply(200, body as object)
  edge()
    .get(PROJECT)
    .reply(200, { archived: false, permissions: { project_access: { access_level: 30 }, group_access: null }, ...project }, times)
  answer('/api/v4/personal_access_tokens/self', token)
  answer(`${PROJECT}/repository/branches/main`, branch)
  if (deployments !== undefined)
    edge()
      .get(`${PROJECT}/deployments?per_page=1`)
      .reply(deployments === 403 ? 403 : 200, deployments === 403 ? { message: '403 Forbidden' } : (deployments as object))
  answer(`${PROJECT}/push_rule`, pushRule)
  answer(`${PROJECT}/approval_rules`, rules)
  const host = { apiBaseUrl: 'https://gitlab.com/api/v4', gitHost: 'gitlab.com', token: TOKEN }
  const { findings, serverTime } = await examineProject(host, {
    subject: 's',
    repoURL: REPOSITORY,
    branch: 'main',
    now: () => NOW,
    deployments: deployments !== undefined,
    commits: { ...DEFAULT_COMMITS, ...commits },
  })
  return { said: findings.map(({ level, says }) => `${level}: ${says}`), serverTime }
}

it('is content with a project that can be written, of a protected branch, and tells the server’s clock', async () => {
  const { said, serverTime } = await examine({
    project: { merge_method: 'ff' },
    token: { scopes: ['api'], expires_at: '2026-06-01' },
    branch: { protected: true, can_push: false },
    rules: [{ approvals_required: 0 }, { approvals_required: 2 }],
  })
  expect(said).toEqual([
    'ok: may be written; merge requests are merged by ff',
    'ok: branch main is protected',
    'ok: merge requests need approval, of a rule by 2 at most',
  ])
  expect(serverTime).toBe(NOW)
})

it('says what keeps a merge request from being opened', async () => {
  expect((await examine({ project: { archived: true } })).said).toEqual(['fail: is archived: nothing can be pushed to it'])
  expect((await examine({ project: { merge_requests_enabled: false } })).said).toEqual(['fail: has merge requests switched off'])
  const reporter = { project_access: { access_level: 20 }, group_access: { access_level: 10 } }
  expect((await examine({ project: { permissions: reporter } })).said.join()).toContain('may be read and not written')
  expect((await examine({ token: { scopes: ['read_api', 'write_repository'] } })).said.join()).toContain('which open no merge request')
})

it('warns of a token that ends soon and of a branch that the token could push to', async () => {
  const { said } = await examine({ token: { scopes: ['api'], expires_at: '2026-01-10' }, branch: { protected: true, can_push: true } })
  expect(said.slice(1)).toEqual([
    'warn: the token expires on 2026-01-10',
    'warn: branch main is protected, but Kedge’s account may push to it, though Kedge never does',
  ])
  const open = await examine({ token: { scopes: ['api'], expires_at: null }, branch: { protected: false, can_push: true } })
  expect(open.said[1]).toMatch(/^warn: branch main is not protected/)
})

it('names each push rule that Kedge’s commits may not fit, and tries no pattern of others', async () => {
  const { said } = await examine({
    pushRule: {
      reject_unsigned_commits: true,
      reject_non_dco_commits: true,
      commit_committer_check: false,
      branch_name_regex: '^(a+)+\n$',
    },
  })
  expect(said.slice(1)).toEqual([
    'warn: push rules ask for only signed commits, and Kedge’s are not signed',
    'warn: push rules ask for a Signed-off-by line, and Kedge’s commits have none',
    'warn: push rules ask for branches that fit "^(a+)+ $"',
  ])
})

it('counts what the configuration says of commits already', async () => {
  const pushRule = { reject_unsigned_commits: true, reject_non_dco_commits: true, commit_committer_check: true, member_check: true }
  const author = { name: 'Kedge', email: 'kedge@acme.example' }
  expect((await examine({ pushRule, commits: { signOff: true, author } })).said.slice(1)).toEqual([
    'warn: push rules ask for only signed commits, and Kedge’s are not signed',
  ])
  expect((await examine({ pushRule, commits: { signOff: true, via: 'api' } })).said.slice(1)).toEqual([
    'warn: push rules ask for only signed commits: GitLab has to sign those that it makes for Kedge',
  ])
})

it('tells that a red status keeps a merge request back where pipelines have to succeed', async () => {
  expect((await examine({ project: { only_allow_merge_if_pipeline_succeeds: true } })).said.at(-1)).toContain('a red status of Kedge')
})

it('a project that is not there, or is none, is a failure', async () => {
  edge().get(PROJECT).reply(404, { message: '404 Project Not Found' })
  const host = { apiBaseUrl: 'https://gitlab.com/api/v4', gitHost: 'gitlab.com', token: TOKEN }
  const look = { subject: 's', branch: 'main', now: () => NOW, commits: DEFAULT_COMMITS, deployments: false }
  const missing = await examineProject(host, { ...look, repoURL: REPOSITORY })
  const none = await examineProject(host, { ...look, repoURL: 'https://gitlab.com/acme' })
  expect([missing, none].flatMap(({ findings }) => findings.map(({ level }) => level))).toEqual(['fail', 'fail'])
})

it.each([
  ['may be read', [], 'ok: its deployments may be read'],
  ['are switched off', 403, 'warn: its deployments may not be read, and `announce` asks for them'],
])('looks at deployments where they are asked for: they %s', async (_, deployments, said) => {
  expect((await examine({ deployments })).said).toContain(said)
})
