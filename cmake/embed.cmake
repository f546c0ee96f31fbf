# Writes INPUT as the string constant NAME of namespace NAMESPACE, declared in HEADER, into OUTPUT: adjacent raw literals,
# because compilers limit the length of one.
file(READ ${INPUT} text)
set(parts "")
string(LENGTH "${text}" length)
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 part)
  string(APPEND parts "    R\"vigil(${part})vigil\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUTPUT}
  "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\nconst char* const ${NAME} =\n${parts}    ;\n}  // namespace ${NAMESPACE}\n")
