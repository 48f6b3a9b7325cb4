import assert from 'node:assert/strict'
import type { ApplicationAnswer } from '../../../src/api/application-contract.ts'
import { until } from '../../until.ts'
import { askThroughArgocd, useExtension } from '../argocd-extension.ts'
import { printedEntries, resourceLinks, setArgocdCm } from '../argocd-links.ts'
import { useNotifications } from '../notifications.ts'
import { digestOf, letListPods, viewWithPods } from '../pods-that-ran.ts'
import { canaryFiles, releaseThatFails, type Scenario } from '../scenario.ts'

/** Kedge reads five kinds, and nothing else, and writes nothing at all. */
const accountRights: Scenario = {
  name: 'account-rights',
  async play({ stage }) {
    const may = async (verb: string, resource: string, group = ''): Promise<boolean> => {
      const review = await stage.api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: `system:serviceaccount:${stage.cluster.kedgeNamespace}:kedge`, resourceAttributes: { verb, resource, group } },
      })
      return (review['status'] as { allowed: boolean }).allowed
    }
    const read = ['rollouts', 'analysisruns', 'experiments', 'applications']
    for (const resource of read) assert.ok(await may('watch', resource, 'argoproj.io'), `watch ${resource}`)
    assert.ok(await may('watch', 'replicasets', 'apps'))
    for (const verb of ['create', 'update', 'patch', 'delete']) {
      for (const resource of read) assert.equal(await may(verb, resource, 'argoproj.io'), false, `${verb} ${resource}`)
    }
    for (const resource of ['secrets', 'configmaps', 'pods', 'events']) assert.equal(await may('get', resource), false, `get ${resource}`)
  },
}

/** Kedge's account at Argo CD may get Applications, and nothing else; `kedge doctor` names the right that is missing. */
const argocdAccount: Scenario = {
  name: 'argocd-account',
  ownOnly: 'it makes accounts in Argo CD',
  async play(play) {
    const { stage } = play
    const { argocd } = stage
    assert.ok(argocd)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    const asKedge = async (path: string, method = 'GET', body?: object): Promise<number> =>
      (await argocd.ask(path, { token: argocd.kedgeToken, method, ...(body && { body }) })).status
    const application = `/api/v1/applications/${play.name}`
    assert.equal(await asKedge(`${application}/manifests?revision=main`), 200, 'it may render')
    assert.equal(await asKedge(`${application}/sync`, 'POST', {}), 403, 'sync')
    assert.equal(await asKedge(`${application}/rollback`, 'POST', { id: 0 }), 403, 'rollback')
    assert.equal(await asKedge(application, 'DELETE'), 403, 'delete')
    assert.equal(await asKedge(`${application}/spec`, 'PUT', { project: 'default' }), 403, 'update')
    const abort = { namespace: play.name, resourceName: 'web', group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', action: 'abort' }
    assert.equal(await asKedge(`${application}/resource/actions/v2`, 'POST', abort), 403, 'action')
    assert.equal(await asKedge('/api/v1/account/stranger/token', 'POST', {}), 403, 'a token for another')
    for (const resource of ['clusters/https%3A%2F%2F127.0.0.1', 'projects/default', 'repositories/x'])
      assert.equal(await asKedge(`/api/v1/${resource}`), 403, resource)
    const right = 'p, kedge, applications, get, */*, allow'
    assert.match(await stage.kedge().doctor(argocd.kedgeToken), /Argo CD API\W+renders /)
    const withoutRight = await stage.kedge().doctor(argocd.strangerToken)
    assert.ok(withoutRight.includes('HTTP 403') && withoutRight.includes(right), withoutRight)
    const withoutAccount = await stage.kedge().doctor('no-token-at-all')
    assert.ok(
      withoutAccount.includes('HTTP 401') && withoutAccount.includes('generate-token') && !withoutAccount.includes(right),
      withoutAccount,
    )
  },
}

/** What `kedge argocd-cm --links` prints, in Argo CD itself: its links on a failed release lead to that release's page. */
const argocdLinks: Scenario = {
  name: 'argocd-links',
  ownOnly: 'it changes argocd-cm',
  notReplayed: 'it ends with a pull request that nobody merges',
  async play(play) {
    const { stage } = play
    const { argocd } = stage
    assert.ok(argocd)
    const url = stage.kedge().apiUrl
    const entries = await printedEntries('--links', '--url', url)
    await setArgocdCm(stage, entries)
    try {
      await play.begin(canaryFiles(play, 'v1.7.3'))
      await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
      const pull = await play.untilPullRequest()
      await play.untilCard(`#${pull.number}`)
      const page = async (link: string): Promise<{ url: string; text: string }> => {
        assert.ok(link.startsWith(`${url}/find?`), link)
        const answer = await fetch(link)
        return { url: answer.url, text: await answer.text() }
      }
      const { links: ofApplication, absent } = await resourceLinks(play)
      assert.deepEqual(absent, [], 'every Rollout, ReplicaSet and AnalysisRun has a link, and nothing else')
      const seen = await Promise.all(ofApplication.map(async ({ kind, link }) => ({ kind, ...(await page(link)) })))
      const release = seen.find(({ kind }) => kind === 'Application')
      assert.ok(release && /\/releases\/[\w-]+$/.test(release.url), JSON.stringify(seen.map((one) => one.url)))
      assert.ok(release.text.includes(`#${pull.number}`) && release.text.includes('v1.8.0'), release.text.slice(0, 2_000))
      const leadsTo = (what: string): number[] =>
        seen.filter(({ kind }) => kind === what).map(({ url: where }) => Number(where === release.url))
      assert.deepEqual([leadsTo('Rollout'), leadsTo('AnalysisRun').includes(0), leadsTo('AnalysisRun').includes(1)], [[1], false, true])
      assert.deepEqual(
        leadsTo('ReplicaSet').toSorted((a, b) => a - b),
        [0, 1],
        'one ReplicaSet is of the release that failed, one of that before',
      )
    } finally {
      await setArgocdCm(stage, Object.fromEntries(Object.keys(entries).map((key) => [key, null])))
    }
  },
}

/** What `kedge argocd-cm --extension` prints, in Argo CD itself: its page loads the script, and its proxy answers what the script asks. */
const argocdExtension: Scenario = {
  name: 'argocd-extension',
  ownOnly: 'it changes argocd-cm and argocd-rbac-cm',
  notReplayed: 'it ends with a pull request that nobody merges',
  async play(play) {
    const { stage } = play
    const { argocd } = stage
    assert.ok(argocd)
    await using extension = await useExtension(stage)
    const page = await argocd.ask('/extensions.js')
    assert.ok(page.status === 200 && page.body.includes(extension.script), `${page.status} ${page.body.slice(0, 500)}`)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    const pull = await play.untilPullRequest()
    // Kedge's own ledger has it a moment after the forge.
    await play.untilCard(`#${pull.number}`)
    const { status, body } = await askThroughArgocd(play)
    assert.equal(status, 200, body)
    const { rollouts, application } = JSON.parse(body) as ApplicationAnswer
    assert.equal(application, `argocd/${play.name}`)
    const [one, ...more] = rollouts
    assert.ok(one && more.length === 0, body)
    assert.deepEqual(
      [one.tone, one.verdict, one.release?.todo?.includes(`#${pull.number}`)],
      ['bad', 'Split: the cluster went back, Git did not', true],
    )
    assert.deepEqual(
      one.release?.evidence.map(({ metric }) => metric),
      ['success-rate'],
    )
    const refused = [
      await askThroughArgocd(play, { path: '/api/v1/rollouts' }),
      await askThroughArgocd(play, { path: '/metrics' }),
      await askThroughArgocd(play, { path: `/api/v1/rollouts/bench/${play.name}/web/retry`, method: 'POST' }),
      await askThroughArgocd(play, { token: argocd.strangerToken }),
    ]
    assert.deepEqual(
      refused.map((answer) => answer.status),
      [403, 403, 403, 401],
    )
  },
}

/** What `kedge argocd-cm --notifications` prints, in both controllers: what they send leads to the release that failed. */
const argoNotifications: Scenario = {
  name: 'argo-notifications',
  ownOnly: 'it configures the notifications of Argo CD and of Argo Rollouts',
  notReplayed: 'it ends with a pull request that nobody merges',
  async play(play) {
    await using notifications = await useNotifications(play.stage)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    await releaseThatFails(play, canaryFiles(play, 'v1.8.0'))
    await play.untilPullRequest()
    const pages = []
    for (const says of [`Rollout ${play.name}/web was aborted.`, `Application argocd/${play.name} is Degraded.`]) {
      const { body } = await notifications.untilSent('/message', says)
      const link = /https?:\/\/\S+$/.exec(body)?.[0] ?? ''
      const page = await fetch(link)
      assert.ok((await page.text()).includes('v1.8.0'), `${body} leads to ${page.url}`)
      pages.push(new URL(page.url).pathname)
    }
    assert.equal(new Set(pages).size, 1, `both lead to one release: ${pages.join(', ')}`)
    assert.match(pages[0] ?? '', /^\/releases\//)
    // The templates for a webhook make what Kedge takes as a hint.
    // Other scenarios fail meanwhile, and are told of as well.
    const sent = (what: string) => notifications.untilSent('/kedge', `"${what}"`, play.name)
    const hints = [await sent('rollout'), await sent('application')]
    assert.deepEqual(
      hints.map(({ body }) => JSON.parse(body) as unknown),
      [
        { rollout: 'web', rolloutNamespace: play.name },
        { application: play.name, applicationNamespace: 'argocd' },
      ],
    )
  },
}

/** Kedge's account lists no pods; with what `kedge rbac --pods` prints it is told which images really ran, by the real API server. */
const podsThatRan: Scenario = {
  name: 'pods-that-ran',
  ownOnly: "the bench's kubelet says which image a container runs",
  async play(play) {
    await using view = viewWithPods(play.stage)
    await play.begin(canaryFiles(play, 'v1.7.3'))
    const sets = (await play.stage.api.get(`/apis/apps/v1/namespaces/${play.name}/replicasets`)) as unknown as {
      items: { metadata: { uid: string; labels: Record<string, string> } }[]
    }
    const [{ metadata } = { metadata: { uid: '', labels: {} } }] = sets.items
    const set = { namespace: play.name, uid: metadata.uid, podTemplateHash: metadata.labels['rollouts-pod-template-hash'] ?? '' }
    await assert.rejects(async () => view.podImages?.(set), { code: 'E_CLUSTER_FORBIDDEN' })
    await letListPods(play)
    const image = 'registry.example/web:v1.7.3'
    const seen = await until(
      async () => {
        const images = await view.podImages?.(set)
        return images?.length ? images : undefined
      },
      { what: 'images of the pods', timeoutMs: 20_000, everyMs: 200 },
    )
    assert.deepEqual([...new Set(seen.map((one) => JSON.stringify(one)))], [JSON.stringify({ image, digest: digestOf(image) })])
    assert.deepEqual(await view.podImages?.({ ...set, uid: 'of-somebody-else' }), [])
  },
}

export const SURFACE_SCENARIOS: readonly Scenario[] = [
  accountRights,
  argocdAccount,
  argocdLinks,
  argocdExtension,
  argoNotifications,
  podsThatRan,
]
