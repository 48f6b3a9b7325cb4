import { z } from 'zod'

/** The path of a file. */
export const path = z.string().min(1).max(4_096)
