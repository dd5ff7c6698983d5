import type { Service } from "../platform/service.ts";
import { athena } from "./athena/athena.ts";
import { cloudtrail } from "./cloudtrail/cloudtrail.ts";
import { glue } from "./glue/glue.ts";
import { iam } from "./iam/iam.ts";
import { s3 } from "./s3/s3.ts";
import { sts } from "./sts/sts.ts";

/** The one list of services; only `main.ts` reads it. */
export const SERVICES: readonly Service[] = [iam, sts, s3, glue, athena, cloudtrail];
