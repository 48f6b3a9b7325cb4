import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import { digests, ID, otherwiseAtFirst, otherwiseAtHead, without } from './experiment-digests.ts'
import { argo, experimentFile, FILE, MINUTE, type ExperimentStage } from './experiment-stage.ts'
import { manifest } from './manifest.ts'
import type { RunningStage, StageOptions } from './stage.ts'

const TEMPLATE = 'apps/web/template.yaml'
const template = (count: number): string => argo('AnalysisTemplate', 'web', { metrics: [{ name: 'success-rate', count }] })
const config = (value: string): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { value } })}\n`
const REPO = 'https://git.example/shop/gitops.git'
const NESTED = [{ templateName: 'web' }]
export const OURS = { [FILE]: experimentFile() }

interface Told {
  why: string
  files?: Readonly<Record<string, string>>
  options?: StageOptions
  /** Before its sync. */
  before?: (stage: RunningStage) => void | Promise<void>
  /** Between its sync and its end. */
  after?: (stage: ExperimentStage) => void | Promise<void>
  message?: string
  isUnderWay?: boolean
}

async function synced(stage: RunningStage, files: Readonly<Record<string, string | null>>, message: string): Promise<void> {
  stage.app.sync(stage.commit(files, message))
  await stage.show()
  await stage.advance(MINUTE)
}

/** Each keeps the PR away. */
export const REFUSED: Readonly<Record<string, Told>> = {
  'the mode is another one': { options: { policy: { mode: 'notify' } }, why: 'P11: the mode is notify' },
  'the policy does not list the cause': { options: { policy: { prCauses: [] } }, why: 'P11: the cause is analysis-failed' },
  'the repository is not allowed': { options: { allows: () => false }, why: 'P3: the admin' },
  'a limit is reached': {
    options: { policy: { limits: { ...DEFAULT_POLICY.limits, openedPerHour: 0 } } },
    why: 'P12: 0 revert PRs were opened within the hour',
  },
  'its commit is itself a revert': { message: 'Revert "no more search"', why: 'P8: ' },
  'it was there before, and its commit brings it back': {
    before: async (stage) => {
      await synced(stage, OURS, 'try it')
      await synced(stage, { [FILE]: null }, 'no more search')
    },
    why: 'P8: ',
  },
  'two syncs ran when it was made': {
    before: (stage) => stage.app.sync(stage.commit({ 'apps/web/config.yaml': config('a') }, 'something else')),
    why: 'P4: which sync made it is not known',
  },
  'Kedge was started between its sync and its end': { after: (stage) => stage.restart(), why: 'P6: Kedge has not seen every sync' },
  'its sync has not come to an end': { isUnderWay: true, why: 'P6: Kedge has not seen every sync' },
  'it was made anew by another sync of its commit': {
    after: async (stage) => {
      stage.experiment.remove()
      stage.app.sync(stage.asked)
      stage.experiment = stage.addExperiment()
      await stage.show()
    },
    why: 'P6: the sync before was of the same commit',
  },
  'its commit is on the branch no more': {
    after: async (stage) => {
      stage.origin.git(['update-ref', 'refs/heads/main', stage.good])
      await stage.pushed()
    },
    why: 'P4: the applied commit',
  },
  'the Application has come to read another folder since': {
    after: (stage) => stage.app.change({ sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/more' }] }),
    why: 'P4: the applied revision is not in the repository, or its sources',
  },
  'a sync of some resources came between': {
    before: async (stage) => {
      stage.app.selfHeal(stage.commit({ 'apps/web/other.yaml': config('a') }, 'something else'))
      await stage.show()
      await stage.advance(MINUTE)
    },
    why: 'P6: Kedge has not seen every sync',
  },
  'the Application reads several sources': {
    before: (stage) => {
      const source = { repoURL: 'https://git.example/shop/gitops.git', targetRevision: 'main' }
      stage.app.change({
        multi: true,
        sources: [
          { ...source, path: 'apps/web' },
          { ...source, path: 'apps/more' },
        ],
      })
    },
    why: 'P3: the Application reads several sources',
  },
  'what was synced before is rendered otherwise than what its own commit is': {
    options: { wrap: otherwiseAtFirst },
    before: (stage) => synced(stage, { 'apps/other/config.yaml': config('a') }, 'elsewhere'),
    why: 'P6: the Experiment other is rendered otherwise at',
  },
  'the Application is hydrated': {
    after: (stage) => {
      const drySource = { repoURL: REPO, path: 'apps/web', targetRevision: 'main' }
      stage.app.change({ sources: [], hydrator: { drySource, syncSource: { targetBranch: 'main', path: 'apps/web' } } })
    },
    why: 'P3: the Application reads several sources, none, or hydrated ones',
  },
  'the Application itself was changed with the sync': {
    before: (stage) =>
      stage.app.change({
        sources: [
          { repoURL: 'https://git.example/shop/gitops.git', targetRevision: 'main', path: 'apps/web', directory: { recurse: true } },
        ],
      }),
    why: 'P7: the Application itself changed',
  },
  'nobody renders it': { options: { renderer: 'none' }, why: 'P10: nobody renders it' },
  'values are hidden from Kedge': {
    options: { wrap: digests((one) => ({ ...one, hides: true })) },
    why: 'P10: the Application holds Secrets',
  },
  'objects are not told apart': {
    options: { wrap: digests((one) => ({ ...one, whole: undefined })) },
    why: 'P10: who renders does not tell',
  },
  'its commit does not render it': {
    options: { wrap: digests((one) => ({ ...one, whole: without('web-ab', one.whole) })) },
    why: 'does not render the Experiment',
  },
  'the same sync changed something else': {
    files: { ...OURS, 'apps/web/config.yaml': config('b') },
    why: 'P7: the same sync changed the ConfigMap web as well',
  },
  'the same sync changed how many pods the Rollout has': {
    files: { ...OURS, 'apps/web/rollout.yaml': manifest('v1').replace('"spec": {', '"spec": {\n  "replicas": 7,') },
    why: 'P7: the same sync changed the Rollout web as well',
  },
  'the same sync changed an AnalysisTemplate that was there': {
    before: (stage) => synced(stage, { [TEMPLATE]: template(1) }, 'a template'),
    files: { ...OURS, [TEMPLATE]: template(2) },
    why: 'P7: the same sync changed the AnalysisTemplate web as well',
  },
  'an AnalysisTemplate came with it to which it does not refer': {
    files: { ...OURS, [TEMPLATE]: template(1) },
    why: 'P7: the same sync brought the AnalysisTemplate web, which the Experiment does not refer to',
  },
  'something else refers to the AnalysisTemplate that came with it': {
    before: (stage) => synced(stage, { 'apps/web/again.yaml': argo('AnalysisTemplate', 'again', { templates: NESTED }) }, 'not there yet'),
    files: { [FILE]: experimentFile('20m', 'web'), [TEMPLATE]: template(1) },
    why: 'P7: the AnalysisTemplate again refers to the AnalysisTemplate web, which came with the Experiment',
  },
  'another commit came with its sync, though nothing is rendered otherwise by it': {
    before: (stage) => void stage.commit({ 'apps/web/rollout.yaml': ` ${manifest('v1')}` }, 'indent it'),
    why: 'P7: 2 commits came with its sync',
  },
  'the sync before rendered the same': {
    before: (stage) => synced(stage, OURS, 'try it'),
    files: { [FILE]: `\n${experimentFile()}` },
    why: 'P7: the Experiment is rendered before that sync as it is since',
  },
  'a later commit changed it': {
    after: (stage) => void stage.commit({ [FILE]: experimentFile('40m') }, 'longer'),
    why: 'P5: a later commit touches the same inputs',
  },
  'a later commit spells it otherwise': {
    after: (stage) => void stage.commit({ [FILE]: `\n${experimentFile()}` }, 'a line'),
    why: 'P5: a later commit touches the same inputs',
  },
  'a later commit of something else changes how it is rendered': {
    options: { wrap: otherwiseAtHead },
    after: (stage) => void stage.commit({ 'apps/web/config.yaml': config('a') }, 'something else'),
    why: 'P5: a later commit touches the same inputs',
  },
  'it is rendered otherwise by now, by no commit': {
    options: { wrap: otherwiseAtHead },
    after: (stage) => void stage.commit({ 'apps/other/config.yaml': config('a') }, 'elsewhere'),
    why: 'P5: the branch renders it otherwise by now',
  },
  'a later commit left nothing in its file': {
    after: (stage) => void stage.commit({ [FILE]: '# no more\n' }, 'no more search'),
    why: 'P5: Git asks for the failed Experiment no more',
  },
  'a later commit took it out': {
    after: (stage) => void stage.commit({ [FILE]: null }, 'no more search'),
    why: 'P5: Git asks for the failed Experiment no more',
  },
  'a later commit may have built upon the AnalysisTemplate that came with it': {
    files: { [FILE]: experimentFile('20m', 'web'), [TEMPLATE]: template(1) },
    after: (stage) => void stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'),
    why: 'With it the Rollout web has changed, and may need an AnalysisTemplate',
  },
  'another Application is made of the same files': {
    after: (stage) => {
      stage.addApplication({ name: 'again', rollouts: [] }).sync(stage.asked)
    },
    why: 'P7: the Application argocd/again is made of the same files',
  },
  'nobody knows of what files another Application is made': {
    after: (stage) => {
      // More than is read.
      const helm = { valueFiles: Array.from({ length: 64 }, (_file, index) => `${'x'.repeat(900)}-${index}.yaml`) }
      const source = { repoURL: REPO, targetRevision: 'main', path: 'apps/again', helm }
      stage.addApplication({ name: 'again', rollouts: [], sources: [source] }).sync(stage.asked)
    },
    why: 'P7: the Application argocd/again may be made of the same files',
  },
  'the revert would leave it there': {
    options: {
      wrap: digests((one, isUnpublished) => (isUnpublished ? { ...one, whole: new Map([...(one.whole ?? []), [ID, 'x']]) } : one)),
    },
    why: 'P10: the revert does not render the Experiment',
  },
  'the revert would change something else': {
    options: { wrap: digests((one, isUnpublished) => (isUnpublished ? { ...one, whole: without('web', one.whole) } : one)) },
    why: 'P10: the revert would change the Rollout web as well',
  },
}
