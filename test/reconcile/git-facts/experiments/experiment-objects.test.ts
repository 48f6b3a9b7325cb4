import { describe, expect, it } from 'vitest'
import { gitSources } from '../../../../src/domain/application/inputs.ts'
import { notRendered, type NotRendered, type RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { DigestQuestion } from '../../../../src/ports/renderer.ts'
import { insistOnWhole, readOwnObjects, renderWhole } from '../../../../src/reconcile/git-facts/experiments/experiment-objects.ts'
import { outcome } from '../outcome.ts'
import { anExperiment, IDS, type Story, type Told } from './an-experiment.ts'

const unknown = (why: NotRendered): RenderedDigest => notRendered(why, `Why ${why}.`)
const EXPERIMENT: Story['commits'] = {
  before: { 'config.yaml': 'c1' },
  others: { 'other/a.yaml': 'a' },
  try: { 'experiment.yaml': 'e1 refers: rate', 'template.yaml': 't1' },
  more: { 'other/a.yaml': 'b' },
}

function askedOf(story: Story) {
  const asked = anExperiment(story)
  const [source] = gitSources(asked.question.application)
  if (!source) throw new Error('no source')
  return { ...asked, at: { ...asked.question, source } }
}

describe('all that is rendered at a commit', () => {
  const ask = async (told: RenderedDigest | Told, isLate: boolean, isUnpublished?: boolean) => {
    const questions: DigestQuestion[] = []
    const answers: Told = (digest, at, question) => {
      questions.push(question)
      return typeof told === 'function' ? told(digest, at, question) : told
    }
    const { at, sha } = askedOf({ commits: EXPERIMENT, told: answers })
    const found = await renderWhole({ ...at, isLate }, sha('try'), isUnpublished).catch((error: unknown) => error)
    return { found: found instanceof KedgeError ? [found.code, found.what] : found, questions, sha }
  }

  it.each([true, undefined])(
    'is asked for with its access insisted on; of what nobody else has, that is said: %s',
    async (isUnpublished) => {
      const { questions, sha } = await ask((digest) => digest, false, isUnpublished)
      expect(questions).toMatchObject([{ revisions: [sha('try')], isUnpublished: isUnpublished === true, insistsOnAccess: true }])
    },
  )

  it.each<[string, NotRendered, boolean, unknown]>([
    ['no answer is asked for again', 'unreachable', false, ['E_RENDERER_UNREACHABLE', 'Why unreachable.']],
    ['so is none for want of access', 'locked-out', false, ['E_RENDERER_REFUSED', 'Why locked-out.']],
    ['no answer for two minutes is that it is not found', 'unreachable', true, notRendered('unfetched', 'Why unreachable.')],
    ['an answer stays what it is', 'failed', true, unknown('failed')],
    ['also at once', 'failed', false, unknown('failed')],
  ])('is told, or not: %s', async (_, why, isLate, found) => {
    expect((await ask(unknown(why), isLate)).found).toEqual(found)
  })

  it('is told late as it is', async () => {
    expect((await ask((digest) => digest, true)).found).toMatchObject({ result: 'rendered' })
  })
})

describe('each whole object of an answer', () => {
  const [whole, templates] = [new Map([['a', '1']]), new Map([['a', ['rate']]])]
  const insist = (told: RenderedDigest): Promise<unknown> => outcome((async () => insistOnWhole(told, 'P5'))())
  const told = { result: 'rendered', digest: 'd', hides: false } as const

  it('is told with what refers to templates', async () => {
    expect(await insist({ ...told, whole, templates })).toEqual({ whole, refers: templates })
    expect(await insist({ ...told, whole })).toEqual({ whole, refers: new Map() })
  })

  it.each<[string, RenderedDigest, unknown]>([
    [
      'nobody renders it',
      unknown('unsupported'),
      ['P10', 'nobody renders it, and files prove nothing of an Experiment. Why unsupported.', {}],
    ],
    ['it is not rendered', unknown('failed'), ['P5', 'what is rendered there is not known. Why failed.', {}]],
    [
      'there are Secrets among it',
      { ...told, hides: true, whole },
      ['P10', 'the Application holds Secrets, whose values who renders shows nobody: they may have changed, too.', {}],
    ],
    ['objects are not told apart', told, ['P10', 'who renders does not tell the objects apart, by their names.', {}]],
  ])('is not told where %s', async (_, given, refusal) => {
    expect(await insist(given)).toEqual(refusal)
  })
})

describe('what a sync brought', () => {
  const own = async (story: Partial<Story>, commits = { good: 'before', left: 'try' }) => {
    const { at, sha, named, rendered } = askedOf({ commits: EXPERIMENT, ...story })
    const found = await outcome(readOwnObjects(at, { good: sha(commits.good), left: sha(commits.left) }))
    return { found: named(found), asObjects: found, rendered }
  }
  const objects = (all: Readonly<Record<string, string>>) => new Map(Object.entries(all).map(([name, hash]) => [IDS[name], hash]))

  it('is the Experiment with its templates, where the commits behind both syncs render the same as these', async () => {
    const { asObjects, rendered } = await own({ applied: 'more', goodApplied: 'others' })
    expect(asObjects).toEqual({
      ids: [IDS['experiment.yaml'], IDS['template.yaml']],
      good: objects({ 'config.yaml': 'c1' }),
      left: objects({ 'config.yaml': 'c1', 'experiment.yaml': 'e1', 'template.yaml': 't1' }),
    })
    expect(rendered).toEqual(['more', 'try', 'others', 'before'])
  })

  it.each<[string, Partial<Story>, unknown]>([
    [
      'it is not rendered',
      { commits: { ...EXPERIMENT, try: { 'template.yaml': 't1' } } },
      ['P4', 'try… does not render the Experiment.', {}],
    ],
    ['it has another name', { release: { rollout: 'experiment:other' } }, ['P4', 'try… does not render the Experiment.', {}]],
    ['the release is of no Experiment', { release: { rollout: 'web' } }, ['P4', 'try… does not render the Experiment.', {}]],
    ['it lies elsewhere', { application: { destinationNamespace: 'else' } }, ['P4', 'try… does not render the Experiment.', {}]],
    [
      'the same sync brought more',
      { commits: { ...EXPERIMENT, try: { 'experiment.yaml': 'e1', 'config.yaml': 'c2' } } },
      ['P7', 'the same sync changed the ConfigMap config as well.', {}],
    ],
    [
      'a template came that it does not refer to',
      { commits: { ...EXPERIMENT, try: { 'experiment.yaml': 'e1', 'template.yaml': 't1' } } },
      ['P7', 'the same sync brought the AnalysisTemplate rate, which the Experiment does not refer to.', {}],
    ],
    ['what was synced is a branch', { applied: 'main' }, ['P4', 'what was synced is no commit.', {}]],
    ['what was synced is not known', { applied: null }, ['P4', 'what was synced is no commit.', {}]],
    ['what was synced before is not known', { goodApplied: null }, ['P6', 'what was synced is no commit.', {}]],
    [
      'its sync renders another object otherwise than its commit',
      { applied: 'more', told: (digest, at) => (at === 'more' ? { ...digest, whole: objects({ 'config.yaml': 'c2' }) as never } : digest) },
      ['P4', 'the AnalysisTemplate rate is rendered otherwise at more…, which was synced, than at try….', {}],
    ],
    [
      'the sync before does',
      {
        goodApplied: 'others',
        told: (digest, at) => (at === 'others' ? { ...digest, whole: objects({ 'config.yaml': 'c2' }) as never } : digest),
      },
      ['P6', 'the ConfigMap config is rendered otherwise at others…, which was synced, than at before….', {}],
    ],
    [
      'its commit is not rendered',
      { told: (digest, at) => (at === 'try' ? unknown('failed') : digest) },
      ['P4', 'what is rendered there is not known. Why failed.', {}],
    ],
    [
      'that before is not',
      { told: (digest, at) => (at === 'before' ? unknown('failed') : digest) },
      ['P6', 'what is rendered there is not known. Why failed.', {}],
    ],
  ])('is not known where %s', async (_, story, refusal) => {
    expect((await own(story)).found).toEqual(refusal)
  })
})
