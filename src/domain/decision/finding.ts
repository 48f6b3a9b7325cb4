/** What a check found: the sentence, and whether it holds. Undefined: it could not be asked. */
export type Finding = { readonly holds: boolean; readonly detail: string } | undefined

/** The check is passed. */
export const holds = (detail: string): Finding => ({ holds: true, detail })

/** The check is failed. */
export const fails = (detail: string): Finding => ({ holds: false, detail })
