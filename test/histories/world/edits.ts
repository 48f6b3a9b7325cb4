import type { Raw } from '../../simulation/objects.ts'
import {
  BELOW,
  json,
  manifestOf,
  manifestPaths,
  overlayOf,
  overlayPath,
  parse,
  readManifest,
  readOverlay,
  root,
  tagOf,
  type Change,
  type Files,
  type Folder,
  type ReadFile,
} from './manifests.ts'

/** One change of a Rollout. `value` is the new tag's number, or any number that was not there before. */
export interface Edit {
  change: Change
  rollout: string
  value: number
}

/** What a change does to the files. */
export function edit(folder: Folder, read: ReadFile, { change, rollout, value }: Edit): Files {
  const [at, below] = [root(folder), BELOW[folder.tool]]
  const changed = (path: string, how: (document: Raw) => Raw): Files => ({ [path]: json(how(parse(read(path)) ?? {})) })
  switch (change) {
    case 'readme':
      return { [`${at}/README.md`]: `# ${folder.name}\n\nNote ${value}.\n` }
    case 'config':
      return changed(`${at}${below}/config.yaml`, (document) => ({ ...document, data: { level: String(value) } }))
    case 'analysis':
      return changed(`${at}${below}/analysis.yaml`, (document) => ({ ...document, count: value }))
    case 'staging':
      if (folder.tool === 'plain') return { [`apps/${folder.name}-staging/note.yaml`]: json({ value }) }
      if (folder.tool === 'helm') return { [`${at}/values-staging.yaml`]: json({ tags: { [rollout]: tagOf(value) } }) }
      return { [`${at}/staging/kustomization.yaml`]: json(overlayOf(folder, { [rollout]: tagOf(value) })) }
    default:
      return editRelease(folder, read, { change, rollout, value })
  }
}

function editRelease(
  folder: Folder,
  read: ReadFile,
  { change, rollout, value }: { change: 'tag' | 'env' | 'steps'; rollout: string; value: number },
): Files {
  if (folder.tool === 'helm') return editValues(folder, read, { change, rollout, value })
  if (folder.tool === 'kustomize' && change === 'tag') {
    const path = overlayPath(folder)
    const tags = readOverlay(parse(read(path)))
    return { [path]: json(overlayOf(folder, { ...Object.fromEntries(tags), [rollout]: tagOf(value) })) }
  }
  const path = manifestPaths(folder)[folder.oneFile ? 0 : folder.rollouts.indexOf(rollout)] ?? ''
  const texts = (read(path) ?? '').split('---\n').map((text) => {
    const { name, tag, env, steps } = readManifest(JSON.parse(text) as Raw)
    if (name !== rollout) return text
    const release = { tag: change === 'tag' ? tagOf(value) : tag, env: change === 'env' ? value : env }
    return json(manifestOf(folder, name, { release, steps: change === 'steps' ? value : steps }))
  })
  return { [path]: texts.join('---\n') }
}

function editValues(
  folder: Folder,
  read: ReadFile,
  { change, rollout, value }: { change: 'tag' | 'env' | 'steps'; rollout: string; value: number },
): Files {
  const path = `${root(folder)}/values${change === 'tag' ? `-${folder.overlay}` : ''}.yaml`
  const values = parse(read(path)) ?? {}
  if (change === 'steps') return { [path]: json({ ...values, steps: value }) }
  const key = change === 'tag' ? 'tags' : 'envs'
  return { [path]: json({ ...values, [key]: { ...(values[key] as Raw), [rollout]: change === 'tag' ? tagOf(value) : value } }) }
}
