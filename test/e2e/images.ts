const REPOSITORY = 'registry.example/web'

/** The scenarios speak of `registry.example/web` and its versions; these stand for them in a cluster that really pulls images. */
export interface Images {
  /** A manifest as the cluster gets it. */
  actual(text: string): string
  /** An image or a card as the scenarios mean it. */
  meant(text: string): string
}

/** Any image will do where no kubelet pulls one. */
export const NO_IMAGES: Images = { actual: (text) => text, meant: (text) => text }

/** Argo's own demonstration image: public, small, its versions are colours. */
const PUBLIC = 'docker.io/argoproj/rollouts-demo'
const COLOURS: Readonly<Record<string, string>> = { 'v1.7.3': 'blue', 'v1.8.0': 'yellow', 'v1.8.1': 'green', 'v1.7.4': 'orange' }

/** Images of a repository that has the very tags, or of the public one. */
export function imagesOf(repository: string | undefined): Images {
  if (repository !== undefined) return { actual: (text) => text.replaceAll(REPOSITORY, repository), meant: (text) => text }
  const tags = Object.entries(COLOURS)
  return {
    actual: (text) => tags.reduce((done, [tag, colour]) => done.replaceAll(tag, colour), text.replaceAll(REPOSITORY, PUBLIC)),
    meant: (text) => tags.reduce((done, [tag, colour]) => done.replaceAll(new RegExp(`\\b${colour}\\b`, 'g'), tag), text),
  }
}
