/**
 * Generated from the message layouts of gnostic's OpenAPI documents, kept to what is said of Kubernetes.
 *
 * One message a line: its name, then its fields as `name=number:type`; `[T]` is repeated. All that is the
 * interface between API server and clients, who read the documents as `openapi.v2.Document` and `openapi.v3.Document`.
 */

/** The messages of `application/com.github.proto-openapi.spec.v2.v1.0+protobuf`. */
export const layoutV2 = `
AdditionalPropertiesItem schema=1:Schema boolean=2:bool
Any yaml=2:string
ApiKeySecurity type=1:string name=2:string in=3:string description=4:string vendor_extension=5:[NamedAny]
BodyParameter description=1:string name=2:string in=3:string required=4:bool schema=5:Schema vendor_extension=6:[NamedAny]
Definitions additional_properties=1:[NamedSchema]
Document swagger=1:string info=2:Info schemes=5:[string] consumes=6:[string] produces=7:[string] paths=8:Paths definitions=9:Definitions parameters=10:ParameterDefinitions security=12:[SecurityRequirement] security_definitions=13:SecurityDefinitions vendor_extension=16:[NamedAny]
Info title=1:string version=2:string description=3:string vendor_extension=7:[NamedAny]
ItemsItem schema=1:[Schema]
JsonReference _ref=1:string
NamedAny name=1:string value=2:Any
NamedParameter name=1:string value=2:Parameter
NamedPathItem name=1:string value=2:PathItem
NamedResponseValue name=1:string value=2:ResponseValue
NamedSchema name=1:string value=2:Schema
NamedSecurityDefinitionsItem name=1:string value=2:SecurityDefinitionsItem
NamedStringArray name=1:string value=2:StringArray
NonBodyParameter query_parameter_sub_schema=3:QueryParameterSubSchema path_parameter_sub_schema=4:PathParameterSubSchema
Operation tags=1:[string] description=3:string operation_id=5:string produces=6:[string] consumes=7:[string] parameters=8:[ParametersItem] responses=9:Responses schemes=10:[string] security=12:[SecurityRequirement] vendor_extension=13:[NamedAny]
Parameter body_parameter=1:BodyParameter non_body_parameter=2:NonBodyParameter
ParameterDefinitions additional_properties=1:[NamedParameter]
ParametersItem parameter=1:Parameter json_reference=2:JsonReference
PathItem _ref=1:string get=2:Operation put=3:Operation post=4:Operation delete=5:Operation options=6:Operation head=7:Operation patch=8:Operation parameters=9:[ParametersItem] vendor_extension=10:[NamedAny]
PathParameterSubSchema required=1:bool in=2:string description=3:string name=4:string type=5:string format=6:string default=9:Any maximum=10:double exclusive_maximum=11:bool minimum=12:double exclusive_minimum=13:bool max_length=14:int64 min_length=15:int64 pattern=16:string max_items=17:int64 min_items=18:int64 unique_items=19:bool enum=20:[Any] multiple_of=21:double vendor_extension=22:[NamedAny]
Paths vendor_extension=1:[NamedAny] path=2:[NamedPathItem]
Properties additional_properties=1:[NamedSchema]
QueryParameterSubSchema required=1:bool in=2:string description=3:string name=4:string type=6:string format=7:string default=10:Any maximum=11:double exclusive_maximum=12:bool minimum=13:double exclusive_minimum=14:bool max_length=15:int64 min_length=16:int64 pattern=17:string max_items=18:int64 min_items=19:int64 unique_items=20:bool enum=21:[Any] multiple_of=22:double vendor_extension=23:[NamedAny]
Response description=1:string schema=2:SchemaItem vendor_extension=5:[NamedAny]
ResponseValue response=1:Response json_reference=2:JsonReference
Responses response_code=1:[NamedResponseValue] vendor_extension=2:[NamedAny]
Schema _ref=1:string format=2:string title=3:string description=4:string default=5:Any multiple_of=6:double maximum=7:double exclusive_maximum=8:bool minimum=9:double exclusive_minimum=10:bool max_length=11:int64 min_length=12:int64 pattern=13:string max_items=14:int64 min_items=15:int64 unique_items=16:bool max_properties=17:int64 min_properties=18:int64 required=19:[string] enum=20:[Any] additional_properties=21:AdditionalPropertiesItem type=22:TypeItem items=23:ItemsItem all_of=24:[Schema] properties=25:Properties vendor_extension=31:[NamedAny]
SchemaItem schema=1:Schema
SecurityDefinitions additional_properties=1:[NamedSecurityDefinitionsItem]
SecurityDefinitionsItem api_key_security=2:ApiKeySecurity
SecurityRequirement additional_properties=1:[NamedStringArray]
StringArray value=1:[string]
TypeItem value=1:[string]
`;

/** The messages of `application/com.github.proto-openapi.spec.v3.v1.0+protobuf`. */
export const layoutV3 = `
AdditionalPropertiesItem schema_or_reference=1:SchemaOrReference boolean=2:bool
Any yaml=2:string
Components schemas=1:SchemasOrReferences security_schemes=7:SecuritySchemesOrReferences specification_extension=10:[NamedAny]
DefaultType number=1:double boolean=2:bool string=3:string
Document openapi=1:string info=2:Info paths=4:Paths components=5:Components security=6:[SecurityRequirement] specification_extension=9:[NamedAny]
Info title=1:string description=2:string version=6:string specification_extension=7:[NamedAny]
ItemsItem schema_or_reference=1:[SchemaOrReference]
MediaType schema=1:SchemaOrReference specification_extension=5:[NamedAny]
MediaTypes additional_properties=1:[NamedMediaType]
NamedAny name=1:string value=2:Any
NamedMediaType name=1:string value=2:MediaType
NamedPathItem name=1:string value=2:PathItem
NamedResponseOrReference name=1:string value=2:ResponseOrReference
NamedSchemaOrReference name=1:string value=2:SchemaOrReference
NamedSecuritySchemeOrReference name=1:string value=2:SecuritySchemeOrReference
NamedStringArray name=1:string value=2:StringArray
Operation tags=1:[string] description=3:string operation_id=5:string parameters=6:[ParameterOrReference] request_body=7:RequestBodyOrReference responses=8:Responses security=11:[SecurityRequirement] specification_extension=13:[NamedAny]
Parameter name=1:string in=2:string description=3:string required=4:bool schema=10:SchemaOrReference content=13:MediaTypes specification_extension=14:[NamedAny]
ParameterOrReference parameter=1:Parameter reference=2:Reference
PathItem _ref=1:string description=3:string get=4:Operation put=5:Operation post=6:Operation delete=7:Operation options=8:Operation head=9:Operation patch=10:Operation parameters=13:[ParameterOrReference] specification_extension=14:[NamedAny]
Paths path=1:[NamedPathItem] specification_extension=2:[NamedAny]
Properties additional_properties=1:[NamedSchemaOrReference]
Reference _ref=1:string description=3:string
RequestBody description=1:string content=2:MediaTypes required=3:bool specification_extension=4:[NamedAny]
RequestBodyOrReference request_body=1:RequestBody reference=2:Reference
Response description=1:string content=3:MediaTypes specification_extension=5:[NamedAny]
ResponseOrReference response=1:Response reference=2:Reference
Responses default=1:ResponseOrReference response_or_reference=2:[NamedResponseOrReference] specification_extension=3:[NamedAny]
Schema nullable=1:bool title=9:string multiple_of=10:double maximum=11:double exclusive_maximum=12:bool minimum=13:double exclusive_minimum=14:bool max_length=15:int64 min_length=16:int64 pattern=17:string max_items=18:int64 min_items=19:int64 unique_items=20:bool max_properties=21:int64 min_properties=22:int64 required=23:[string] enum=24:[Any] type=25:string all_of=26:[SchemaOrReference] one_of=27:[SchemaOrReference] any_of=28:[SchemaOrReference] not=29:Schema items=30:ItemsItem properties=31:Properties additional_properties=32:AdditionalPropertiesItem default=33:DefaultType description=34:string format=35:string specification_extension=36:[NamedAny]
SchemaOrReference schema=1:Schema reference=2:Reference
SchemasOrReferences additional_properties=1:[NamedSchemaOrReference]
SecurityRequirement additional_properties=1:[NamedStringArray]
SecurityScheme type=1:string description=2:string name=3:string in=4:string scheme=5:string bearer_format=6:string open_id_connect_url=8:string specification_extension=9:[NamedAny]
SecuritySchemeOrReference security_scheme=1:SecurityScheme reference=2:Reference
SecuritySchemesOrReferences additional_properties=1:[NamedSecuritySchemeOrReference]
StringArray value=1:[string]
`;
