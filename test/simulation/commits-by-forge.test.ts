import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { type CommitRules, DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { Forge } from '../../src/ports/forge.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { GH013, refusePushes } from './forge-over.ts'
import { createKiller } from './killer.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const API: CommitRules = { ...DEFAULT_COMMITS, via: 'api' }

/** A release that failed, in a repository that takes no push. */
async function failed(options: StageOptions, rule: readonly string[] = GH013): Promise<RunningStage> {
  const stage = await createRunningStage(options)
  await refusePushes(stage.origin, rule)
  await stage.release('v2')
  await stage.abort()
  return stage
}

const commitWith =
  (change: (commit: Forge['commit'], stage: Environment) => Forge['commit']) =>
  (environment: Environment): Environment => ({
    ...environment,
    forges: {
      forRepository(url) {
        const forge = environment.forges.forRepository(url)
        return { ...forge, commit: change((request) => forge.commit(request), environment) }
      },
    },
  })

const head = (stage: RunningStage): string => stage.origin.git(['rev-parse', stage.branches()[0] ?? ''])
const show = (stage: RunningStage, format: string): string => stage.origin.git(['log', '-1', `--format=${format}`, head(stage)])

describe('a repository whose rules want signatures', () => {
  it('refuses the push, and the card has the lines of the rule', async () => {
    await using stage = await failed({})
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    const outcome = stage.cards()[0]?.card.outcome
    expect(outcome).toContain('GH013: Repository rule violations found')
    expect(outcome).toContain('Commits must have verified signatures.')
  })

  it('gets one PR where the forge commits: the tree that was proven, on the base, with the key', async () => {
    await using stage = await failed({ commits: API })
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', headSha: head(stage) }])
    expect(stage.reverts()).toMatchObject([{ commit: head(stage) }])
    expect(stage.origin.git(['rev-parse', `${head(stage)}^{tree}`])).toBe(stage.origin.git(['rev-parse', `${stage.good}^{tree}`]))
    expect(stage.origin.git(['rev-parse', `${head(stage)}^`])).toBe(stage.origin.git(['rev-parse', 'main']))
    expect(show(stage, '%an|%B')).toMatch(/^Forge\|Revert "web v2"\n\n[^]*\nKedge-Revert-Key: \w+/)
  })

  it('gets one PR wherever Kedge is killed on the way there', async () => {
    const whole = createKiller()
    await using unhurt = await failed({ commits: API, wrap: (environment) => whole.wrap(environment) })
    expect(unhurt.pulls()).toHaveLength(1)
    const points = [...whole.calls.entries()].slice(whole.calls.indexOf('commit') - 1, whole.calls.indexOf('open') + 2)
    expect(points.map(([, call]) => call)).toEqual(expect.arrayContaining(['commit', 'open']))
    for (const [at] of points) {
      for (const when of ['before', 'after'] as const) {
        const killer = createKiller()
        killer.arm(at, when)
        await using stage = await failed({ commits: API, wrap: (environment) => killer.wrap(environment) })
        killer.revive()
        await stage.restart()
        await stage.advance(MINUTE)
        expect([at, when, stage.pulls().length, stage.branches().length]).toEqual([at, when, 1, 1])
        expect(stage.pulls()[0]).toMatchObject({ state: 'open', headSha: head(stage) })
      }
    }
  })

  it('gets one PR, on the one commit, when the answer to it was lost', async () => {
    let commits = 0
    const wrap = commitWith((commit) => async (request) => {
      commits += 1
      await commit(request)
      throw new KedgeError('E_FORGE_UNREACHABLE', 'the answer was lost')
    })
    await using stage = await failed({ commits: API, wrap })
    await stage.advance(5 * MINUTE)
    expect([commits, stage.pulls().length, stage.branches().length]).toEqual([1, 1, 1])
  })

  it('gets it also when the base branch moved before anybody looked', async () => {
    const wrap = commitWith((commit, environment) => async (request) => {
      await commit(request)
      stage.commit({ 'docs/notes.md': 'moved' })
      environment.logger.info('moved')
      throw new KedgeError('E_FORGE_UNREACHABLE', 'the answer was lost')
    })
    await using stage = await createRunningStage({ commits: API, wrap })
    await refusePushes(stage.origin, GH013)
    await stage.release('v2')
    await stage.abort()
    await stage.advance(5 * MINUTE)
    expect(stage.told()).toContain('moved')
    expect(stage.pulls()).toMatchObject([{ state: 'open', headSha: head(stage) }])
    expect(stage.branches()).toHaveLength(1)
  })

  it('gets its PR also where an earlier try has left a branch without a commit', async () => {
    let left = false
    await using stage = await createRunningStage({
      commits: API,
      wrap: commitWith((commit) => async (request) => {
        if (left) return commit(request)
        left = true
        stage.origin.git(['update-ref', `refs/heads/${request.branch}`, request.parent])
        throw new KedgeError('E_FORGE_UNREACHABLE', 'cut off half-way')
      }),
    })
    await stage.release('v2')
    await stage.abort()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', headSha: head(stage) }])
    expect(show(stage, '%s')).toBe('Revert "web v2"')
  })
})

it.each([
  ['is deleted again', false, 0],
  ['stays where the host lets nothing be deleted', true, 1],
] as const)('a commit of the forge that is not the tree that was proven %s, is told, and gets no PR', async (_, isLocked, branches) => {
  const wrap = commitWith((commit) => async (request) => {
    const files = request.files.map((file) => ({ ...file, after: file.after && { ...file.after, mode: '100755' as const } }))
    return commit({ ...request, files })
  })
  await using stage = await createRunningStage({ commits: API, wrap })
  if (isLocked) await refusePushes(stage.origin, ['nothing is deleted here'])
  await stage.release('v2')
  await stage.abort()
  await stage.advance(5 * MINUTE)
  expect([stage.pulls(), stage.branches().length]).toEqual([[], branches])
  expect(stage.cards()[0]?.card.outcome).toMatch(/E_FORGE_COMMIT_DIFFERS: the forge committed the tree \w{12} on \w{12}, and \w{12} on/)
})

it('one that could not be deleted gets no PR after the base branch has moved either', async () => {
  const wrap = commitWith((commit) => async (request) => {
    const files = request.files.map((file) => ({ ...file, after: file.after && { ...file.after, mode: '100755' as const } }))
    return commit({ ...request, files })
  })
  await using stage = await createRunningStage({ commits: API, wrap })
  await refusePushes(stage.origin, ['nothing is deleted here'])
  await stage.release('v2')
  await stage.abort()
  await stage.advance(5 * MINUTE)
  stage.commit({ 'docs/notes.md': 'moved' })
  await stage.pushed()
  await stage.advance(10 * MINUTE)
  expect([stage.pulls(), stage.branches().length]).toEqual([[], 1])
})

it('what a rule of the forge refuses by its API leaves no branch behind, and is told', async () => {
  const refused = new KedgeError('E_FORGE_REJECTED', 'GitHub refused createCommitOnBranch: Commit message must contain a ticket')
  await using stage = await createRunningStage({
    commits: API,
    wrap: commitWith(() => async ({ branch, parent }) => {
      stage.origin.git(['update-ref', `refs/heads/${branch}`, parent])
      throw refused
    }),
  })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(5 * MINUTE)
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
  expect(stage.cards()[0]?.card.outcome).toContain('Commit message must contain a ticket')
})

it.each(['push', 'api'] as const)('author, sign-off and prefix are those of the configuration: %s', async (via) => {
  const author = { name: 'Release Bot', email: 'release-bot@example.com' }
  await using stage = await createRunningStage({ commits: { via, author, signOff: true, prefix: 'fix(deploy): ' } })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ title: 'fix(deploy): Revert "web v2"' }])
  expect(show(stage, '%an <%ae>|%s')).toBe('Release Bot <release-bot@example.com>|fix(deploy): Revert "web v2"')
  expect(show(stage, '%(trailers:key=Signed-off-by,valueonly)').trim()).toBe('Release Bot <release-bot@example.com>')
})

it('what is refused after its branch was made is not tried again for every push: each try makes a branch that others see', async () => {
  let tries = 0
  await using stage = await createRunningStage({
    commits: API,
    wrap: commitWith(() => async ({ branch, parent }) => {
      tries += 1
      stage.origin.git(['update-ref', `refs/heads/${branch}`, parent])
      throw new KedgeError('E_FORGE_REJECTED', 'Commit message must contain a ticket')
    }),
  })
  await stage.release('v2')
  await stage.abort()
  for (let second = 0; second < 240; second += 4) {
    await stage.pushed()
    await stage.advance(4_000)
  }
  expect([tries, stage.branches()]).toEqual([1, []])
  await stage.advance(5 * MINUTE)
  expect(tries).toBe(2)
})
