import { render, type Files, type Folder, type ReadFile } from './manifests.ts'

/** What takes a Rollout out of a folder, whatever its tool: each of its files without it. */
export function without(folder: Folder, read: ReadFile, rollout: string): Files {
  const at = `${folder.tool === 'helm' ? 'charts' : 'apps'}/${folder.name}`
  const edit = (path: string, how: (document: Document) => object): Files => {
    const text = read(path)
    return text === undefined ? {} : { [path]: `${JSON.stringify(how(JSON.parse(text) as Document), null, 1)}\n` }
  }
  const others = (names: Document): Document => Object.fromEntries(Object.entries(names).filter(([name]) => name !== rollout))
  if (folder.tool === 'helm') {
    return {
      ...edit(`${at}/values-${folder.overlay}.yaml`, (values) => ({ ...values, tags: others(values['tags'] as Document) })),
      ...edit(`${at}/values.yaml`, (values) => ({ ...values, envs: others(values['envs'] as Document) })),
    }
  }
  if (folder.oneFile) {
    const isOther = (text: string): boolean => (JSON.parse(text) as { metadata: { name: string } }).metadata.name !== rollout
    const texts = (read(`${at}/rollouts.yaml`) ?? '').split('---\n').filter((text) => text.trim() !== '')
    return { [`${at}/rollouts.yaml`]: texts.filter(isOther).join('---\n') }
  }
  if (folder.tool === 'plain') return { [`${at}/${rollout}.yaml`]: null }
  const rendered = render(folder, read)
  const resources = [...(rendered?.rollouts.keys() ?? [])].filter((name) => name !== rollout).map((name) => `${name}.yaml`)
  const isOther = ({ name }: { name: string }): boolean => !name.endsWith(`/${rollout}`)
  return {
    [`${at}/base/${rollout}.yaml`]: null,
    ...edit(`${at}/base/kustomization.yaml`, () => ({ resources: [...resources, 'config.yaml', 'analysis.yaml'] })),
    ...edit(`${at}/${folder.overlay}/kustomization.yaml`, (overlay) => ({
      ...overlay,
      images: (overlay['images'] as { name: string }[]).filter(isOther),
    })),
  }
}

type Document = Readonly<Record<string, unknown>>
