import type { Raw } from '../../simulation/objects.ts'
import { digest } from '../git/remote.ts'

/** How an Application's folder is made. */
export type Tool = 'plain' | 'kustomize' | 'helm'

/** Where an Application's files lie, and what is in them. */
export interface Folder {
  /** Name of the folder. */
  name: string
  tool: Tool
  rollouts: readonly string[]
  /** Plain folders: all Rollouts in one file. */
  oneFile: boolean
  /** Which overlay (Kustomize) or file of values (Helm) it is made of, beside what is common to all of them. */
  overlay: string
}

/** What Git asks for, of one Rollout. */
export interface Wanted {
  template: Raw
  /** A name for the template: equal exactly when the template is. */
  key: string
  /** A number that stands for its canary steps. */
  steps: number
}

export interface Rendered {
  rollouts: ReadonlyMap<string, Wanted>
  /** A name for what is measured. */
  analysis: string
  /** A name for what it is configured with. */
  config: string
  /** A name for all that is rendered beside Rollouts. */
  rest: string
}

export type ReadFile = (path: string) => string | undefined
export type Files = Readonly<Record<string, string | null>>

/** What a commit changes in the folder of an Application. Those of the second line change no pod template. */
export const TEMPLATE_CHANGES = ['tag', 'env'] as const
export const OTHER_CHANGES = ['steps', 'config', 'analysis', 'readme', 'staging'] as const
export type Change = (typeof TEMPLATE_CHANGES)[number] | (typeof OTHER_CHANGES)[number]

interface Release {
  tag: string
  env: number
}

/** As tags are: a bare number would stand in many files. */
export const tagOf = (value: number): string => `v1.${value}.0`

export const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`
export const parse = (text: string | undefined): Raw | undefined => (text === undefined ? undefined : (JSON.parse(text) as Raw))

/** The image of a template. */
export const imageOf = (template: Raw | undefined): string | undefined =>
  (template as Manifest['spec']['template'] | undefined)?.spec.containers[0]?.image

/** The pod template as a manifest has it. */
function templateOf(folder: Folder, rollout: string, { tag, env }: Release): Raw {
  return {
    metadata: { labels: { app: rollout } },
    spec: {
      containers: [
        {
          name: 'main',
          image: `registry.example/${folder.name}/${rollout}:${tag}`,
          env: [{ name: 'LEVEL', value: String(env) }],
          resources: {},
        },
      ],
    },
  }
}

/** A short name for a template. */
export const keyOf = (template: Raw): string => digest(JSON.stringify(template)).slice(0, 10)

export function manifestOf(folder: Folder, rollout: string, { release, steps }: { release: Release; steps: number }): Raw {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: rollout },
    spec: { ...specOf(rollout, steps), template: templateOf(folder, rollout, release) },
  }
}

/** What of a Rollout's spec is not its template. */
export function specOf(rollout: string, steps: number): Raw {
  return {
    replicas: 4,
    selector: { matchLabels: { app: rollout } },
    strategy: { canary: { steps: [{ setWeight: 20 + steps }, { analysis: { templates: [{ templateName: 'web' }] } }] } },
  }
}

export const root = ({ name, tool }: Folder): string => `${tool === 'helm' ? 'charts' : 'apps'}/${name}`

/** `spec.source` of an Application on this folder, without the repository. */
export function sourceOf(folder: Folder): { path: string; helm?: Raw } {
  if (folder.tool === 'kustomize') return { path: `${root(folder)}/${folder.overlay}` }
  return folder.tool === 'helm' ? { path: root(folder), helm: { valueFiles: [`values-${folder.overlay}.yaml`] } } : { path: root(folder) }
}

/** A path below the folder that is of one overlay alone. */
const OVERLAY = /^(?:values-(\w+)\.yaml$|(?!base\/|templates\/)(\w+)\/)/

/** Whether a file can change what is rendered here: what an innocent change of another is told by. */
export function isInput(folder: Folder, path: string): boolean {
  const at = `${root(folder)}/`
  if (!path.startsWith(at) || path.endsWith('README.md')) return false
  const [, values, overlay = values ?? folder.overlay] = OVERLAY.exec(path.slice(at.length)) ?? []
  return overlay === folder.overlay
}

/** The file that declares nothing but this Rollout; undefined where there is none. */
export const fileOf = (folder: Folder, rollout: string): string | undefined =>
  folder.tool === 'plain' && !folder.oneFile ? manifestPaths(folder)[folder.rollouts.indexOf(rollout)] : undefined

/** The first state of a folder. */
export function firstFiles(folder: Folder): Files {
  const at = root(folder)
  const release: Release = { tag: tagOf(1), env: 1 }
  const tags = Object.fromEntries(folder.rollouts.map((name) => [name, tagOf(1)]))
  const envs = Object.fromEntries(folder.rollouts.map((name) => [name, 1]))
  const common = (below: string): Files => ({
    [`${at}/README.md`]: `# ${folder.name}\n`,
    [`${at}${below}/config.yaml`]: json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: folder.name }, data: { level: '1' } }),
    [`${at}${below}/analysis.yaml`]: json({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'web' },
      count: 1,
    }),
  })
  switch (folder.tool) {
    case 'plain': {
      const manifests = folder.rollouts.map((name) => [name, json(manifestOf(folder, name, { release, steps: 0 }))] as const)
      if (folder.oneFile) return { ...common(''), [`${at}/rollouts.yaml`]: manifests.map(([, text]) => text).join('---\n') }
      return { ...common(''), ...Object.fromEntries(manifests.map(([name, text]) => [`${at}/${name}.yaml`, text])) }
    }
    case 'kustomize': {
      const resources = [...folder.rollouts.map((name) => `${name}.yaml`), 'config.yaml', 'analysis.yaml']
      return {
        ...common('/base'),
        ...Object.fromEntries(
          folder.rollouts.map((name) => [`${at}/base/${name}.yaml`, json(manifestOf(folder, name, { release, steps: 0 }))]),
        ),
        [`${at}/base/kustomization.yaml`]: json({ resources }),
        [`${at}/${folder.overlay}/kustomization.yaml`]: json(overlayOf(folder, tags)),
        [`${at}/staging/kustomization.yaml`]: json(overlayOf(folder, tags)),
      }
    }
    case 'helm':
      return {
        ...common('/templates'),
        [`${at}/Chart.yaml`]: json({ apiVersion: 'v2', name: folder.name, version: '1.0.0' }),
        [`${at}/templates/rollout.yaml`]: '{{- range $name, $tag := .Values.tags }}\n{{ include "rollout" . }}\n{{- end }}\n',
        [`${at}/values.yaml`]: json({ envs, steps: 0 }),
        [`${at}/values-${folder.overlay}.yaml`]: json({ tags }),
        [`${at}/values-staging.yaml`]: json({ tags }),
      }
  }
}

export function overlayOf(folder: Folder, tags: Readonly<Record<string, string>>): Raw {
  const images = Object.entries(tags).map(([name, newTag]) => ({ name: `registry.example/${folder.name}/${name}`, newTag }))
  return { resources: ['../base'], images }
}

export const BELOW: Readonly<Record<Tool, string>> = { plain: '', kustomize: '/base', helm: '/templates' }

/** What the folder renders in one state of the repository; undefined where it does not. Written for these folders alone. */
export function render(folder: Folder, read: ReadFile): Rendered | undefined {
  const releases = readReleases(folder, read)
  if (!releases) return undefined
  const [config, analysis] = ['config.yaml', 'analysis.yaml'].map((name) => read(`${root(folder)}${BELOW[folder.tool]}/${name}`) ?? '')
  const rollouts = new Map<string, Wanted>()
  for (const [name, { release, steps }] of releases) {
    const template = templateOf(folder, name, release)
    rollouts.set(name, { template, key: keyOf(template), steps })
  }
  return { rollouts, analysis: digest(analysis ?? ''), config: digest(config ?? ''), rest: digest([config, analysis].join('|')) }
}

type Releases = Map<string, { release: Release; steps: number }>

function readReleases(folder: Folder, read: ReadFile): Releases | undefined {
  const found: Releases = new Map()
  if (folder.tool === 'helm') {
    const values = { ...parse(read(`${root(folder)}/values.yaml`)), ...parse(read(`${root(folder)}/values-${folder.overlay}.yaml`)) }
    const { tags, envs, steps } = values as { tags?: Record<string, string>; envs?: Record<string, number>; steps?: number }
    if (!tags || !envs) return undefined
    for (const [name, tag] of Object.entries(tags)) found.set(name, { release: { tag, env: envs[name] ?? 0 }, steps: steps ?? 0 })
    return found
  }
  const tags = folder.tool === 'kustomize' ? readOverlay(parse(read(overlayPath(folder)))) : new Map<string, string>()
  for (const manifest of readManifests(folder, read)) {
    const { name, tag, env, steps } = readManifest(manifest)
    found.set(name, { release: { tag: tags.get(name) ?? tag, env }, steps })
  }
  return found.size === 0 ? undefined : found
}

export const overlayPath = (folder: Folder): string => `${root(folder)}/${folder.overlay}/kustomization.yaml`

export function readOverlay(overlay: Raw | undefined): Map<string, string> {
  const images = (overlay?.['images'] ?? []) as { name: string; newTag: string }[]
  return new Map(images.map(({ name, newTag }) => [name.slice(name.lastIndexOf('/') + 1), newTag]))
}

function readManifests(folder: Folder, read: ReadFile): readonly Raw[] {
  return manifestPaths(folder).flatMap((path) =>
    (read(path) ?? '')
      .split('---\n')
      .filter((text) => text.trim() !== '')
      .map((text) => JSON.parse(text) as Raw),
  )
}

export function manifestPaths(folder: Folder): readonly string[] {
  if (folder.oneFile) return [`${root(folder)}/rollouts.yaml`]
  const below = folder.tool === 'kustomize' ? '/base' : ''
  return folder.rollouts.map((name) => `${root(folder)}${below}/${name}.yaml`)
}

interface Manifest {
  metadata: { name: string }
  spec: {
    strategy: { canary: { steps: { setWeight?: number }[] } }
    template: { spec: { containers: { image: string; env: { value: string }[] }[] } }
  }
}

export function readManifest(manifest: Raw): { name: string; tag: string; env: number; steps: number } {
  const { metadata, spec } = manifest as unknown as Manifest
  const [container] = spec.template.spec.containers
  const image = container?.image ?? ''
  const steps = (spec.strategy.canary.steps[0]?.setWeight ?? 20) - 20
  return { name: metadata.name, tag: image.slice(image.lastIndexOf(':') + 1), env: Number(container?.env[0]?.value), steps }
}
