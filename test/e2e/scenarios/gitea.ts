import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { QUARANTINE_CONTEXT } from '../../../src/domain/quarantine/quarantine.ts'
import { until } from '../../until.ts'
import { openGiteaPlace, type GiteaPlace } from '../gitea-place.ts'
import type { GiteaPull } from '../gitea-repository.ts'
import type { Play } from '../play.ts'
import { canaryFiles, untilAborted, untilRestored, type Scenario } from '../scenario.ts'

/** What all of these have in common. */
const ON_GITEA = {
  onGitea: true,
  ownOnly: "its repository is on the bench's Gitea",
  notReplayed: 'a bundle of its repository is not kept',
} as const

/** N is healthy, then N+1 fails. @returns the bad commit */
async function failOn(play: Play, place: GiteaPlace): Promise<string> {
  await place.begin(canaryFiles(play, 'v1.7.3'))
  play.stage.metrics.set(play.name, { value: 0.5 })
  const sha = await place.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
  await untilAborted(play)
  return sha
}

/** Nobody merges it before grace has approved it; then N comes back. */
async function mergeOnceApproved(play: Play, place: GiteaPlace, pull: GiteaPull): Promise<void> {
  await assert.rejects(place.repository.merge('ada', pull.number), /405/, 'nobody merges it without her approval')
  await place.repository.approve('grace', pull.number)
  play.stage.metrics.set(play.name, { value: 0.99 })
  await place.merge(pull)
  await untilRestored(play)
}

/** The nine steps of the Rollouts FAQ, and the way back, on a real forge. */
const faq: Scenario = {
  name: 'gitea-faq',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    const sha = await failOn(play, place)
    await play.untilApplication('Synced', 'Degraded')
    await play.untilCard('v1.8.0')
    const pull = await place.untilPullRequest()
    assert.match(pull.body, new RegExp(sha))
    assert.match(pull.body, /Proven by rendering/)
    assert.equal(pull.user.login, 'kedge')
    const before = await place.hintsTaken()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await place.merge(pull)
    await until(async () => (await place.hintsTaken()) > before || undefined, {
      timeoutMs: 30_000,
      what: 'Kedge takes what Gitea tells of the merge',
    })
    await untilRestored(play)
    assert.equal((await place.kedgesPulls()).length, 1, 'one pull request')
    await place.untilBranchIsGone(pull)
  },
}

const BOT = { name: 'renovate[bot]', email: 'bot@renovateapp.example' }

/** A bot pushes what was taken back: red beside its commit, no second pull request, and green beside the one that takes it out again. */
const botAgain: Scenario = {
  name: 'gitea-bot-again',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    const failed = await failOn(play, place)
    const pull = await place.untilPullRequest()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await place.merge(pull)
    await untilRestored(play)
    play.stage.metrics.set(play.name, { value: 0.5 })
    const again = await place.commit('Update web to v1.8.0', canaryFiles(play, 'v1.8.0'), BOT)
    await place.untilStatus(again, QUARANTINE_CONTEXT, 'failure')
    await untilAborted(play, 'v1.8.0')
    await play.untilCard('is in quarantine until')
    await play.letPass(5_000)
    assert.equal((await place.kedgesPulls()).length, 1, 'no second pull request')
    assert.equal(await place.repository.statusOf('ada', failed, QUARANTINE_CONTEXT), undefined, 'the commit that failed has its own status')
    const out = await place.commit('Take v1.8.0 out', canaryFiles(play, 'v1.7.3'))
    await place.untilStatus(out, QUARANTINE_CONTEXT, 'success')
    assert.equal(await place.repository.statusOf('ada', again, QUARANTINE_CONTEXT), 'failure')
  },
}

/** Nobody pushes to the base but ada, and a merge needs an approval: Kedge can do neither, and its own branches it can push. */
const protectedBase: Scenario = {
  name: 'gitea-protected',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    await place.repository.ask('admin', 'POST', '/branch_protections', {
      rule_name: 'main',
      enable_push: true,
      enable_push_whitelist: true,
      push_whitelist_usernames: ['ada'],
      required_approvals: 1,
    })
    await failOn(play, place)
    const said = await play.stage.kedge().doctor('none')
    assert.match(said, /branch main is protected; 1 approval before a merge/)
    const pull = await place.untilPullRequest()
    await mergeOnceApproved(play, place, pull)
  },
}

/** Its owner is asked by the forge, and nobody merges past a request for a review: Kedge's request is one like any other. */
const owned: Scenario = {
  name: 'gitea-codeowners',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    const { repository } = place
    await repository.commit('ada', { branch: 'main', message: 'Grace owns what is deployed', files: { CODEOWNERS: '.* @grace\n' } })
    const rule = { rule_name: 'main', enable_push: true, required_approvals: 1, block_on_official_review_requests: true }
    await repository.ask('admin', 'POST', '/branch_protections', rule)
    await failOn(play, place)
    const pull = await place.untilPullRequest()
    await until(async () => (await repository.reviewersOf('ada', pull.number)).includes('grace') || undefined, {
      timeoutMs: play.stage.cluster.patienceMs,
      what: 'grace is asked for a review',
    })
    await mergeOnceApproved(play, place, pull)
  },
}

/** Nothing can be written to it: people are told why, and once it can be, the pull request follows. */
const archived: Scenario = {
  name: 'gitea-archived',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    await place.begin(canaryFiles(play, 'v1.7.3'))
    play.stage.metrics.set(play.name, { value: 0.5 })
    await place.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await place.repository.ask('admin', 'PATCH', '', { archived: true })
    await untilAborted(play)
    await play.untilCard('archived')
    assert.match(await play.stage.kedge().doctor('none'), /is archived: nothing can be pushed to it/)
    assert.deepEqual(await place.kedgesPulls(), [])
    await place.repository.ask('admin', 'PATCH', '', { archived: false })
    const pull = await place.untilPullRequest()
    play.stage.metrics.set(play.name, { value: 0.99 })
    await place.merge(pull)
    await untilRestored(play)
    assert.equal((await place.kedgesPulls()).length, 1, 'one pull request')
  },
}

/** The repository gets another name while N+1 fails: the pull request is opened in it, though the Application names it as before. */
const renamed: Scenario = {
  name: 'gitea-renamed',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    await place.begin(canaryFiles(play, 'v1.7.3'))
    play.stage.metrics.set(play.name, { value: 0.5 })
    await place.commit('Release web v1.8.0', canaryFiles(play, 'v1.8.0'))
    await play.untilRollout('v1.8.0 begins', (seen) => seen.image.endsWith('v1.8.0'))
    await place.repository.rename(`${play.name}-now`)
    await untilAborted(play)
    const pull = await place.untilPullRequest()
    assert.match(pull.html_url, /gitea-renamed-now/)
    // Argo CD follows no redirect: without this it reads nothing any more.
    await play.patchApplication({ source: { repoURL: place.repository.cloneUrl.replace(play.name, `${play.name}-now`) } })
    play.stage.metrics.set(play.name, { value: 0.99 })
    await place.merge(pull)
    await untilRestored(play)
    assert.equal((await place.kedgesPulls()).length, 1, 'one pull request')
    await place.untilBranchIsGone(pull)
  },
}

/** A person has said no: the card says so, the branch goes, and no other is opened for this release. */
const closed: Scenario = {
  name: 'gitea-closed',
  ...ON_GITEA,
  async play(play) {
    await using place = await openGiteaPlace(play)
    await failOn(play, place)
    const pull = await place.untilPullRequest()
    await place.repository.close('ada', pull.number)
    await play.untilCard('closed')
    await place.untilBranchIsGone(pull)
    await play.letPass(5_000)
    assert.equal((await place.kedgesPulls()).length, 1, 'no second pull request')
  },
}

/** The suite that every forge has to pass, over the real one. */
const contract: Scenario = {
  name: 'gitea-contract',
  ...ON_GITEA,
  async play() {
    const root = join(import.meta.dirname, '../../..')
    const args = ['vitest', 'run', '--config', 'test/vitest.config.ts', '--reporter=dot', 'test/e2e/gitea-forge.test.ts']
    const { stdout } = await promisify(execFile)('npx', args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      maxBuffer: 16 * 1024 * 1024,
    })
    assert.match(stdout, /Tests\s+\d+ passed/)
    assert.doesNotMatch(stdout, /skipped/)
  },
}

export const GITEA_SCENARIOS: readonly Scenario[] = [contract, faq, botAgain, protectedBase, owned, archived, renamed, closed]
