import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import type { Rendering } from '../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { type Content, createOrigin, type Origin } from './git/origin.ts'

/** A renderer under test, over the repository that the Applications name. */
export interface RendererCase extends AsyncDisposable {
  renderer: Renderer
  /** Called with each Application that is asked about, as it is in the cluster. */
  apply(application: object): void
}

export const REPOSITORY = 'https://git.example/acme/gitops.git'
const ROLLOUT = { namespace: 'shop', name: 'web' }

/** A planted one: whatever is said of a rendering holds none of it. */
export const PLANTED = 'planted-c0ffee-in-a-manifest'

/** A Rollout as people keep it. */
export function rollout(image: string, more: { name?: string; namespace?: string } = {}): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${more.name ?? 'web'}${more.namespace === undefined ? '' : `\n  namespace: ${more.namespace}`}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: main
          image: ${image}
          env: [{name: PASSWORD, value: ${PLANTED}}]
  strategy: {canary: {steps: [{setWeight: 25}, {pause: {}}]}}
`
}

/** An Application over one folder, or with what `spec` says. */
export function application(spec: object = {}): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { namespace: 'argocd', name: 'web', uid: 'u-1', resourceVersion: '1' },
    spec: {
      project: 'shop',
      destination: { namespace: 'shop', server: 'https://kubernetes.default.svc' },
      source: { repoURL: REPOSITORY, path: 'web', targetRevision: 'main' },
      ...spec,
    },
  }
}

/** What every Renderer must do with plain folders. */
export function describeRenderer(name: string, open: (origin: Origin) => Promise<RendererCase>): void {
  describe(`a renderer ${name}`, () => {
    let resources: AsyncDisposableStack
    let origin: Origin
    let subject: RendererCase

    beforeEach(async () => {
      resources = new AsyncDisposableStack()
      origin = resources.use(await createOrigin())
      subject = resources.use(await open(origin))
    })
    afterEach(() => resources.disposeAsync())

    async function render(revisions: readonly string[], spec: object = {}, wanted = ROLLOUT): Promise<Rendering> {
      const object = application(spec)
      subject.apply(object)
      const snapshot = readApplication('hub', object) as ApplicationSnapshot
      const rendering = await subject.renderer.render({ application: snapshot, revisions, rollout: wanted })
      expect(`${JSON.stringify(rendering)}${inspect(rendering, { depth: 20 })}`).not.toContain(PLANTED)
      return rendering
    }

    async function imageAt(revisions: readonly string[], spec: object = {}, wanted = ROLLOUT): Promise<string> {
      const rendering = await render(revisions, spec, wanted)
      if (rendering.result !== 'rendered') return rendering.why
      const template = rendering.rollout.template.open() as { spec: { containers: { image: string }[] } }
      return template.spec.containers[0]!.image
    }

    const why = async (files: Readonly<Record<string, Content>>, spec: object = {}): Promise<string> => {
      return imageAt([origin.commit(files)], spec)
    }

    test('gives the template of the Rollout at each revision', async () => {
      const first = origin.commit({ 'web/rollout.yaml': rollout('web:1') })
      const second = origin.commit({ 'web/rollout.yaml': rollout('web:2') })
      expect(await imageAt([first])).toBe('web:1')
      expect(await imageAt([second])).toBe('web:2')
      expect(await imageAt([first])).toBe('web:1')
    })

    test('names every Rollout that is rendered', async () => {
      const both = `${rollout('web:1')}---\n${rollout('web:2', { name: 'other' })}`
      const rendering = await render([origin.commit({ 'web/rollout.yaml': both })])
      expect(rendering.result === 'rendered' && rendering.rollout.rollouts?.toSorted()).toEqual(['shop/other', 'shop/web'])
    })

    test('gives the whole spec of the Rollout', async () => {
      const rendering = await render([origin.commit({ 'web/rollout.yaml': rollout('web:1') })])
      expect(rendering.result === 'rendered' && rendering.rollout.spec.open()).toMatchObject({
        replicas: 4,
        strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } },
      })
    })

    test('tells by a hash whether what is said of analysis is the same', async () => {
      const analysis = (limit: string): string =>
        `apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: web}\nspec: {limit: ${limit}}\n`
      const hashOf = async (files: Readonly<Record<string, Content>>): Promise<unknown> => {
        const rendering = await render([origin.commit(files)])
        return rendering.result === 'rendered' && rendering.rollout.analysis
      }
      const first = await hashOf({ 'web/rollout.yaml': rollout('web:1'), 'web/analysis.yaml': analysis('1') })
      expect(first).toEqual(expect.any(String))
      expect(await hashOf({ 'web/rollout.yaml': rollout('web:2'), 'web/config.yaml': 'kind: ConfigMap\n' })).toBe(first)
      expect(await hashOf({ 'web/analysis.yaml': analysis('2') })).not.toBe(first)
      expect(await hashOf({ 'web/analysis.yaml': null })).not.toBe(first)
    })

    test('tells by kind, name and a hash what no revert takes back, whatever else is said of it', async () => {
      const claim = (label: string, secret: string): string =>
        `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, labels: {a: ${label}}}\nspec: {key: ${secret}}\n`
      const toldOf = async (text: string): Promise<unknown> => {
        const rendering = await render([origin.commit({ 'web/rollout.yaml': rollout('web:1'), 'web/claim.yaml': text })])
        return rendering.result === 'rendered' && rendering.rollout.irreversible
      }
      const first = await toldOf(claim('1', PLANTED))
      expect(first).toEqual([{ kind: 'PersistentVolumeClaim', name: 'data', hash: expect.any(String) }])
      expect(await toldOf(claim('2', PLANTED))).toEqual(first)
      expect(await toldOf(claim('1', 'other'))).not.toEqual(first)
      expect(await toldOf('kind: ConfigMap\n')).toEqual([])
    })

    test('finds the Rollout among documents, lists, JSON and other objects', async () => {
      const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {key: ${PLANTED}}\n`
      expect(await why({ 'web/all.yml': `${secret}---\n${rollout('web:1', { name: 'other' })}---\n${rollout('web:2')}` })).toBe('web:2')
      const item = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'web' },
        spec: { template: { spec: { containers: [{ name: 'm', image: 'web:3' }] } } },
      }
      expect(await why({ 'web/all.yml': null, 'web/list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] }) })).toBe(
        'web:3',
      )
    })

    test('takes the template of the workload that the Rollout refers to', async () => {
      const deployment = rollout('web:7').replace('argoproj.io/v1alpha1', 'apps/v1').replace('kind: Rollout', 'kind: Deployment')
      const referring =
        'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\n' +
        'spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n'
      expect(await why({ 'web/rollout.yaml': referring, 'web/deployment.yaml': deployment })).toBe('web:7')
      expect(await why({ 'web/deployment.yaml': null })).toBe('absent')
    })

    test('reads folders below only where the source says so', async () => {
      const sha = origin.commit({ 'web/deep/rollout.yaml': rollout('web:1'), 'web/readme.md': 'nothing' })
      expect(await imageAt([sha])).toBe('absent')
      const source = { repoURL: REPOSITORY, path: 'web', targetRevision: 'main', directory: { recurse: true } }
      expect(await imageAt([sha], { source })).toBe('web:1')
    })

    test('tells namespaces apart, and takes that of the Application where a manifest names none', async () => {
      const sha = origin.commit({ 'web/a.yaml': rollout('web:1', { namespace: 'other' }), 'web/b.yaml': rollout('web:2') })
      expect(await imageAt([sha])).toBe('web:2')
      expect(await imageAt([sha], {}, { namespace: 'other', name: 'web' })).toBe('web:1')
    })

    test('renders each of several sources at its own revision', async () => {
      const first = origin.commit({ 'web/rollout.yaml': rollout('web:1'), 'more/other.yaml': rollout('web:1', { name: 'other' }) })
      const second = origin.commit({ 'web/rollout.yaml': rollout('web:2'), 'more/other.yaml': rollout('web:2', { name: 'other' }) })
      const sources = ['web', 'more'].map((path) => ({ repoURL: REPOSITORY, path, targetRevision: 'main' }))
      expect(await imageAt([first, second], { source: undefined, sources })).toBe('web:1')
      expect(await imageAt([first, second], { source: undefined, sources }, { ...ROLLOUT, name: 'other' })).toBe('web:2')
    })

    test('renders the dry source of a hydrated Application', async () => {
      const sha = origin.commit({ 'dry/rollout.yaml': rollout('web:1'), 'web/rollout.yaml': rollout('web:0') })
      const sourceHydrator = {
        drySource: { repoURL: REPOSITORY, path: 'dry', targetRevision: 'main' },
        syncSource: { targetBranch: 'env/prod', path: 'web' },
      }
      expect(await imageAt([sha], { source: undefined, sourceHydrator })).toBe('web:1')
    })

    async function digest(revisions: readonly string[], spec: object = {}): Promise<string> {
      const object = application(spec)
      subject.apply(object)
      const snapshot = readApplication('hub', object) as ApplicationSnapshot
      const told = await subject.renderer.digest({ application: snapshot, revisions })
      expect(JSON.stringify(told)).not.toContain(PLANTED)
      return told.result === 'rendered' ? told.digest : told.why
    }

    test('gives one digest over all manifests: the same for what renders the same, and another for any other', async () => {
      const service = (port: number): string => `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: ${port}}]}\n`
      const first = origin.commit({ 'web/service.yaml': service(80), 'more/other.txt': '1' })
      const elsewhere = origin.commit({ 'more/other.txt': '2', 'web/readme.md': 'nothing' })
      const another = origin.commit({ 'web/service.yaml': service(81) })
      const back = origin.commit({ 'web/service.yaml': service(80) })
      const wanted = await digest([first])
      expect(wanted).toMatch(/^[0-9a-f]{64}$/)
      expect([await digest([elsewhere]), await digest([back])]).toEqual([wanted, wanted])
      expect(await digest([another])).not.toBe(wanted)
    })

    test('gives no digest of what does not render', async () => {
      expect(await digest(['0123456789012345678901234567890123456789'])).toBe('unfetched')
      expect(await digest([])).toBe('failed')
    })

    test('says that the Rollout is absent, or there twice', async () => {
      expect(await why({ 'web/rollout.yaml': rollout('web:1', { name: 'other' }) })).toBe('absent')
      expect(await why({ 'web/rollout.yaml': rollout('web:1'), 'web/again.yaml': rollout('web:2') })).toBe('several')
    })

    test('says that a revision does not render, or is not there', async () => {
      expect(await why({ 'web/rollout.yaml': `${rollout('web:1')}  {broken: "${PLANTED}\n` })).toBe('failed')
      expect(await why({ 'web/rollout.yaml': null, 'elsewhere.txt': 'x' })).toBe('failed')
      expect(await imageAt(['0123456789012345678901234567890123456789'])).toBe('unfetched')
      expect(await imageAt([])).toBe('failed')
    })
  })
}
