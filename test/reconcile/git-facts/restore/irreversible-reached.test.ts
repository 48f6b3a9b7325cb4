import { expect, it } from 'vitest'
import { reachedBeside } from '../../../../src/reconcile/git-facts/restore/irreversible-reached.ts'
import { readDocuments } from '../../../../src/reconcile/inputs/yaml.ts'
import { digest } from '../../../histories/git/remote.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch } from '../a-branch.ts'
import { counted, job } from './manifests.ts'

interface Options {
  isPlain: boolean
  isKustomized: boolean
  isReplacing: boolean
  tooLarge: readonly string[]
  isTooMuch: boolean
  documents: number
}

/** What of the files that stay is reached by a release that makes these files of those; asked twice, and how many were read each time. */
async function look(stay: Readonly<Record<string, string>>, before: Files, after: Files, options: Partial<Options> = {}) {
  const { isPlain = false, isKustomized = false, isReplacing = false, tooLarge = [], isTooMuch = false, documents = 2 } = options
  const { repository, commits } = await aBranch([{ ...stay, ...before }, after])
  const [good, revision] = commits
  if (!good || !revision) throw new Error('there are two commits')
  const bytes = 1_000
  const count = counted(repository)
  const asked = {
    revision: revision.sha,
    good: good.sha,
    paths: Object.keys(after),
    isPlain,
    beside: { texts: stay, isKustomized, isReplacing, tooLarge, isTooMuch },
    split: (_: string, text: string) => text.split('---\n'),
    parse: readDocuments,
    most: { bytes, documents },
    digest,
  }
  const told = await reachedBeside(count.repository, asked)
  const first = count.texts(bytes)
  expect(await reachedBeside(count.repository, asked)).toEqual(told)
  return { told, read: [first, count.texts(bytes) - first] }
}

const reached = async (...asked: Parameters<typeof look>): Promise<readonly string[]> => (await look(...asked)).told

const TEMPLATE = 'apps/web/templates/job.yaml'
const BY_VALUE = { [TEMPLATE]: job('"{{ .Values.image }}"') }
const BY_OTHER = { [TEMPLATE]: job('"{{ .Values.other }}"') }
const values = (image: string, other = 'a'): Files => ({ 'apps/web/values.yaml': `image: ${image}\nother: ${other}\n` })
const JOB = 'Job migrate, which may have run with another image'
const large = (image: string): Files => ({ 'apps/web/values.yaml': `image: ${image}\nother: a\n${'# x\n'.repeat(300)}` })

let asked = 0

it('what was found in the same contents is not looked for again, and nothing is read where nothing stays', async () => {
  // Other contents each time that this is run.
  asked += 1
  expect(await look(BY_VALUE, values('v1'), values(`new${asked}`))).toEqual({ told: [JOB], read: [2, 0] })
  expect(await look({}, values('v1'), values('v2'))).toEqual({ told: [], read: [0, 0] })
})

it.for<readonly [what: string, stay: Record<string, string>, before: Files, after: Files, told: readonly string[]]>([
  ['it takes has changed', BY_VALUE, values('v1'), values('v2'), [JOB]],
  ['it does not take has changed', BY_VALUE, values('v1'), values('v1', 'b'), []],
  ['it takes has not changed', BY_OTHER, values('v1'), values('v2'), []],
  ['it takes is new, with its file', BY_VALUE, {}, values('v2'), [JOB]],
  ['it does not take is new, with its file', BY_OTHER, {}, { 'apps/web/values.yaml': 'image: v2\n' }, []],
  ['it does not take is gone, with its file', BY_OTHER, { 'apps/web/values.yaml': 'image: v2\n' }, { 'apps/web/values.yaml': null }, []],
  ['is in a file too large to be read, at both', BY_OTHER, large('v1'), large('v2'), [JOB]],
  ['is in a file too large to be read, at N', BY_OTHER, large('v1'), values('v1'), [JOB]],
  ['is in a file too large to be read, at N+1', BY_OTHER, values('v1'), large('v1'), [JOB]],
])('a template that is a hook is reached where a value that %s', async ([, stay, before, after, told]) => {
  expect(await reached(stay, before, after)).toEqual(told)
})

const HELPER = 'apps/web/templates/_helpers.tpl'
const helper = (text: string): Files => ({ [HELPER]: `{{- define "image" }}${text}{{ end }}\n` })
const BY_HELPER = { [TEMPLATE]: job('{{ include "image" . }}') }

it.for<readonly [what: string, before: Files, after: Files, told: readonly string[]]>([
  ['changes', helper('v1'), helper('v2'), [JOB]],
  ['is new', {}, helper('v2'), [JOB]],
  ['is gone', helper('v1'), { [HELPER]: null }, [JOB]],
  ['is no definition', { [HELPER]: 'v1' }, { [HELPER]: 'v2' }, []],
])('a template that is a hook is reached by a helper that %s', async ([, before, after, told]) => {
  expect(await reached(BY_HELPER, before, after)).toEqual(told)
})

const MANIFEST = { 'apps/web/job.yaml': job('app:v1') }
const kustomization = (tag: string): Files => ({ 'apps/web/kustomization.yaml': `images: [{name: app, newTag: ${tag}}]\n` })
const config = (text: string): Files => ({ 'apps/web/config.yaml': `kind: ConfigMap\ndata: {x: ${text}}\n` })
const overridden = (image: string): Files => ({ 'apps/web/.argocd-source.yaml': `kustomize: {images: ["${image}"]}\n` })
const SOURCE = 'apps/web/.argocd-source.yaml'

it.for<readonly [what: string, before: Files, after: Files, options: Partial<Options>, told: readonly string[]]>([
  ['a kustomization, by its image', kustomization('v1'), kustomization('v2'), { isKustomized: true }, [JOB]],
  ['a kustomization that is none', kustomization('v1'), kustomization('v2'), {}, []],
  ['another object', config('a'), config('b'), { isKustomized: true }, []],
  ['another object, of which values are put into others', config('a'), config('b'), { isKustomized: true, isReplacing: true }, [JOB]],
  ['an override of its image', overridden('app:v1'), overridden('app:v2'), { isKustomized: true }, [JOB]],
  ['an override of another image that is new', {}, overridden('db:v2'), { isKustomized: true }, []],
  ['an override of another image that is gone', overridden('db:v2'), { [SOURCE]: null }, { isKustomized: true }, []],
])('a manifest that is a hook is reached by %s', async ([, before, after, options, told]) => {
  expect(await reached(MANIFEST, before, after, options)).toEqual(told)
})

const CODE = { 'apps/web/job.jsonnet': `{ kind: 'Job', metadata: { name: 'migrate', annotations: { 'helm.sh/hook': 'pre-upgrade' } } }` }

it('of plain manifests nothing is reached but what a program makes', async () => {
  const [before, after] = [values('v1'), values('v2')]
  expect(await reached(BY_VALUE, before, after, { isPlain: true })).toEqual([])
  expect(await reached(MANIFEST, kustomization('v1'), kustomization('v2'), { isPlain: true, isKustomized: true })).toEqual([])
  expect(await reached(CODE, before, after, { isPlain: true })).toEqual([JOB])
  expect(await reached(CODE, before, after)).toEqual([JOB])
})

it('what cannot be looked through is told, but for plain manifests', async () => {
  const asked = { tooLarge: ['apps/web/large.yaml', `apps/web/${'x'.repeat(200)}`], isTooMuch: true }
  expect(await reached(BY_VALUE, values('v1'), values('v2'), asked)).toEqual([
    JOB,
    'perhaps, as apps/web/large.yaml is larger than is looked through',
    `perhaps, as apps/web/${'x'.repeat(110)}… is larger than is looked through`,
    'perhaps, as the files that the Application reads are more than are looked through',
  ])
  expect(await reached(BY_VALUE, values('v1'), values('v2'), { tooLarge: ['apps/web/large.yaml'] })).toHaveLength(2)
  expect(await reached(BY_VALUE, values('v1'), values('v2'), { ...asked, isPlain: true })).toEqual([])
})

it('so many documents are looked through, and so many are told, each once', async () => {
  const named = (count: number): Record<string, string> => ({
    [TEMPLATE]: Array.from({ length: count }, (_, at) => job('"{{ .Values.image }}"').replace('migrate', `m${at}`)).join('---\n'),
  })
  const told = (count: number, documents: number) => reached(named(count), values('v1'), values('v2'), { documents })
  expect(await told(2, 2)).toEqual(['m0', 'm1'].map((name) => JOB.replace('migrate', name)))
  expect(await told(3, 2)).toEqual([
    ...['m0', 'm1', 'm2'].map((name) => JOB.replace('migrate', name)),
    `perhaps, as ${TEMPLATE} holds more documents than are looked through`,
  ])
  expect(await told(100, 200)).toHaveLength(100)
  expect(await told(101, 200)).toHaveLength(100)
  const twice = { ...BY_VALUE, 'apps/web/charts/a/templates/job.yaml': job('"{{ .Values.image }}"') }
  expect(await reached(twice, values('v1'), values('v2'))).toEqual([JOB])
})
