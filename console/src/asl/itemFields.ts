/** What a Map says about its items: how they run, where they come from, how many go together, where results go.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
import { choice, field, type Field, group, inside } from "./field";

const READER = ["ItemReader", "ReaderConfig"];
const WRITER = ["ResultWriter", "WriterConfig"];

export const ITEM_FIELDS: Field[] = [
  group("ItemProcessor", "How the items run", [
    inside(
      ["ItemProcessor", "ProcessorConfig"],
      choice("Mode", ["INLINE", "DISTRIBUTED"], "DISTRIBUTED starts an execution for each item"),
    ),
    inside(
      ["ItemProcessor", "ProcessorConfig"],
      choice("ExecutionType", ["STANDARD", "EXPRESS"], "Of the executions of a distributed Map"),
    ),
  ]),
  group("ItemReader", "Items from a file or a listing", [
    inside(["ItemReader"], field("Resource", "text", "arn:aws:states:::s3:getObject or listObjectsV2")),
    inside(READER, choice("InputType", ["CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"], "What the file is")),
    inside(READER, choice("CSVHeaderLocation", ["FIRST_ROW", "GIVEN"], "Where the columns are named")),
    inside(READER, field("CSVHeaders", "json", "Names of the columns, where they are given")),
    inside(READER, choice("CSVDelimiter", ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"], "Between columns")),
    inside(READER, choice("ManifestType", ["S3_INVENTORY", "ATHENA_DATA"], "What the manifest lists")),
    inside(
      READER,
      choice("Transformation", ["NONE", "LOAD_AND_FLATTEN"], "Of a listing: the objects' own items"),
    ),
    inside(READER, field("ItemsPointer", "text", "Where in the file the items are, as a JSON pointer")),
    inside(READER, field("MaxItems", "number", "No more than so many")),
    inside(READER, field("MaxItemsPath", "text", "", "JSONPath")),
    inside(["ItemReader"], field("Arguments", "json", "Bucket and key", "JSONata")),
    inside(["ItemReader"], field("Parameters", "json", "Bucket and key", "JSONPath")),
  ]),
  group("ItemBatcher", "Several items to an execution", [
    inside(["ItemBatcher"], field("MaxItemsPerBatch", "number", "No more than so many")),
    inside(["ItemBatcher"], field("MaxItemsPerBatchPath", "text", "", "JSONPath")),
    inside(["ItemBatcher"], field("MaxInputBytesPerBatch", "number", "No more than 262,144 bytes")),
    inside(["ItemBatcher"], field("MaxInputBytesPerBatchPath", "text", "", "JSONPath")),
    inside(["ItemBatcher"], field("BatchInput", "json", "What every batch gets besides")),
  ]),
  group("ResultWriter", "Where results are written", [
    inside(["ResultWriter"], field("Resource", "text", "arn:aws:states:::s3:putObject")),
    inside(WRITER, choice("OutputType", ["JSON", "JSONL"], "What the files are")),
    inside(WRITER, choice("Transformation", ["NONE", "COMPACT", "FLATTEN"], "What is kept of each result")),
    inside(["ResultWriter"], field("Arguments", "json", "Bucket and prefix", "JSONata")),
    inside(["ResultWriter"], field("Parameters", "json", "Bucket and prefix", "JSONPath")),
  ]),
];
